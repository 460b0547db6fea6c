// Runs a fuzz target over the files that it is given: what a fuzzer found once stays found.
//
// Plain C for the files: MemorySanitizer does not know what the C++ library's streams write.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

bool Replay(const char* path) {
  FILE* const file = std::fopen(path, "rb");
  if (file == nullptr || std::fseek(file, 0, SEEK_END) != 0) return false;
  const size_t size = static_cast<size_t>(std::ftell(file));
  std::rewind(file);
  const std::unique_ptr<uint8_t[]> bytes(new uint8_t[size]);
  const bool read = std::fread(bytes.get(), 1, size, file) == size;
  std::fclose(file);
  alarm(60);  // an endless loop: targets look at seconds themselves
  if (read) LLVMFuzzerTestOneInput(bytes.get(), size);
  return read;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (Replay(argv[i])) continue;
    std::fprintf(stderr, "cannot read %s\n", argv[i]);
    return 1;
  }
  std::printf("%d inputs\n", argc - 1);
  return argc > 1 ? 0 : 1;
}
