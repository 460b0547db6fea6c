"""The defects that fuzz targets must find: one each, which no seed is made for."""

load(":watched_words.bzl", "WATCHED_WORDS")

# target, what is broken, the file, the text there, what stands there instead. Optionally: `also`,
# `deps`, `with_c`, as for planted_defect.
DEFECTS = [
    dict(
        target = "open_segment",
        what = "a message may be longer than the ring",
        file = "fmmq/ring/view.h",
        old = "if (blocks == 0 || blocks > block_count) return {Found::kImpossible};",
        new = "if (blocks == 0) return {Found::kImpossible};",
    ),
    dict(
        target = "ring_operations",
        what = "a writer takes one block more than there is",
        file = "fmmq/ring/writer.h",
        old = "return used <= view_.block_count && blocks <= view_.block_count - used;",
        new = "return used <= view_.block_count && blocks <= view_.block_count - used + 1;",
    ),
    dict(
        target = "hostile_peer",
        what = "the everyday read does not hold a length against the ring",
        file = "fmmq/ring/view.h",
        old = "return *bytes <= max_bytes && *bytes <= max_message_bytes;",
        new = "return *bytes <= max_bytes;",
    ),
    dict(
        target = "double_fetch",
        what = "a message's length is loaded again after it was checked",
        file = "fmmq/ring/copying_reader.h",
        old = "if (fits) A::CopyOut(buffer.data(), view.Data(position), " +
              "static_cast<size_t>(record->bytes));",
        new = """record->bytes = format::MessageBytes(
      view.Descriptor(position).load(std::memory_order_acquire));
  if (fits) A::CopyOut(buffer.data(), view.Data(position), static_cast<size_t>(record->bytes));""",
        also = [WATCHED_WORDS],
        deps = ["//fuzz/support:watched_word"],
    ),
    dict(
        target = "shared_string",
        what = "the value's length is not held against the string's capacity",
        file = "fmmq/value/shared_string.h",
        old = "const bool fits = *bytes <= buffer.size() && *bytes <= view.capacity;",
        new = "const bool fits = *bytes <= buffer.size();",
    ),
    dict(
        target = "proc_parse",
        what = "the search for a program falls back once only",
        file = "fmmq/discovery/proc_text.cc",
        old = "while (matched_ != 0 && program_[matched_] != c) matched_",
        new = "if (matched_ != 0 && program_[matched_] != c) matched_",
    ),
    dict(
        target = "names_and_permissions",
        what = "a permission's letter may stand one place too far left",
        file = "fmmq/format/names.cc",
        old = "if (text[i] != kLetters[i] && text[i] != '-')",
        new = "if (text[i] != kLetters[i] && text[i] != kLetters[(i + 1) % 9] && text[i] != '-')",
    ),
    dict(
        target = "c_api",
        what = "a caller's shorter struct is filled as if it were this library's",
        file = "fmmq/c/convert.cc",
        old = "const size_t both = size < out_size ? size : out_size;",
        new = "const size_t both = size;\n  if (out_size < both) out_size = both;",
        with_c = True,
    ),
]
