#include "fuzz/support/window.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "fmmq/format/words.h"
#include "fuzz/support/require.h"

namespace fmmq::fuzz {

Window::Window(int fd) {
  struct stat facts;
  format::Header header;
  FUZZ_REQUIRE(fstat(fd, &facts) == 0);
  FUZZ_REQUIRE(pread(fd, &header, sizeof(header), 0) == ssize_t{sizeof(header)});
  FUZZ_REQUIRE(format::CheckHeader(header, static_cast<uint64_t>(facts.st_size), &geometry_).ok());
  void* const memory = mmap(nullptr, static_cast<size_t>(geometry_.segment_bytes),
                            PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  FUZZ_REQUIRE(memory != MAP_FAILED);
  base_ = static_cast<char*>(memory);
}

Window::~Window() { munmap(base_, static_cast<size_t>(geometry_.segment_bytes)); }

size_t Window::word_count() const {
  return static_cast<size_t>((geometry_.segment_bytes - format::kControlOffset) / sizeof(Word));
}

Window::Word& Window::word(size_t index) const {
  return At<Word>(format::kControlOffset)[index % word_count()];
}

unsigned char* Window::string_buffer(uint32_t which) const {
  return At<unsigned char>(geometry_.string_offset + sizeof(format::StringControl<Word>) +
                           (which & 1) * format::StringBufferBytes(geometry_.string_bytes));
}

bool Window::Shows(uint64_t position, ConstBytes bytes) const {
  const uint64_t begin = (position & (geometry_.block_count - 1)) << geometry_.block_shift;
  const auto before_wrap =
      static_cast<size_t>(std::min<uint64_t>(bytes.size(), geometry_.data_bytes - begin));
  const size_t behind = bytes.size() - before_wrap;
  if (behind > geometry_.data_bytes) return false;
  if (bytes.size() == 0) return true;
  const auto* const read = static_cast<const unsigned char*>(bytes.data());
  return std::memcmp(read, data() + begin, before_wrap) == 0 &&
         std::memcmp(read + before_wrap, data(), behind) == 0;
}

bool Window::ShowsSomewhere(ConstBytes bytes) const {
  for (uint64_t position = 0; position < geometry_.block_count; ++position) {
    if (Shows(position, bytes)) return true;
  }
  return false;
}

void Window::MarkAll() const {
  std::fill_n(data(), geometry_.data_bytes, kMark);
  if (geometry_.string_bytes == 0) return;
  std::fill_n(string_buffer(0), 2 * format::StringBufferBytes(geometry_.string_bytes), kMark);
}

bool Window::IsMarked(ConstBytes bytes) {
  const auto* const read = static_cast<const unsigned char*>(bytes.data());
  return std::all_of(read, read + bytes.size(),
                     [](unsigned char byte) { return byte == 0 || byte >= kMark; });
}

uint32_t Window::FindGroup(std::string_view name) const {
  for (uint32_t i = 0; i < geometry_.groups; ++i) {
    const format::GroupState state = format::DecodeGroup(group(i).state.load());
    const std::string_view text(reinterpret_cast<const char*>(group(i).name), name.size());
    if (state.phase != format::Phase::kFree && state.name_bytes == name.size() && text == name)
      return i;
  }
  return kNone;
}

uint32_t Window::FindIntent(uint64_t begin, uint64_t end) const {
  for (uint32_t i = 0; i < geometry_.seats; ++i) {
    const uint64_t intent = seat(i).intent.load();
    if (intent > begin && intent <= end) return i;
  }
  return kNone;
}

void Window::StartAfterLaps(uint64_t laps) const {
  // Positions of the lap before: their lap number is `laps`, cut to 32 bits.
  for (uint64_t i = 0; i < geometry_.block_count; ++i) {
    descriptor(i).store(format::InteriorWord(static_cast<uint32_t>(laps)));
  }
  const uint64_t start = laps * geometry_.block_count;
  control().head.store(start);
  for (uint32_t i = 0; i < geometry_.groups; ++i) group(i).cursor.store(start);
}

}  // namespace fmmq::fuzz
