"""What the core of double_fetch has instead of its shared words: (file, old text, new text)."""

WATCHED_WORDS = (
    "fmmq/format/layout.h",
    "using SharedWord = std::atomic<uint64_t>;\n",
    """}  // namespace fmmq::format
#include "fuzz/support/watched_word.h"
namespace fmmq::format {
using SharedWord = fuzz::WatchedWord;
""",
)
