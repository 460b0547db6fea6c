// The peer in C++. See README.md.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "fmmq/fmmq.h"

namespace {

constexpr auto kPatience = std::chrono::seconds(60);

std::string Make(uint32_t seed, uint32_t i) {
  uint32_t state = seed + i * 2654435761u;
  const auto next = [&state] { return state = state * 1664525u + 1013904223u; };
  std::string message;
  if (i % 16 != 0) message.resize((next() >> 20) << (i % 16 == 1 ? 1 : 0));
  for (char& byte : message) byte = static_cast<char>(next() >> 24);
  return message;
}

int Fail(const char* call, fmmq::Status status) {
  std::fprintf(stderr, "c++: %s: %s\n", call, status.message());
  return 1;
}

int Say(uint32_t messages, size_t bytes) {
  std::printf("%u messages, %zu bytes\n", messages, bytes);
  return 0;
}

int Send(fmmq::Queue& queue, uint32_t count, uint32_t seed) {
  fmmq::Result<fmmq::Producer> producer = queue.NewProducer();
  size_t bytes = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string message = Make(seed, i);
    const fmmq::Status status =
        producer->Write({message.data(), message.size()}, fmmq::Deadline::In(kPatience));
    if (!status.ok()) return Fail("Write", status);
    bytes += message.size();
  }
  const fmmq::Status status = producer->End();
  return status.ok() ? Say(count, bytes) : Fail("End", status);
}

int Receive(fmmq::Queue& queue, uint32_t count, uint32_t seed) {
  fmmq::Result<fmmq::Consumer> consumer = queue.Join();
  std::vector<char> buffer(8192);
  size_t bytes = 0;
  for (uint32_t i = 0;; ++i) {
    const fmmq::Result<fmmq::Received> received =
        consumer->Read({buffer.data(), buffer.size()}, fmmq::Deadline::In(kPatience));
    if (received.code() == fmmq::Code::kEndOfStream && i == count) return Say(i, bytes);
    if (!received.ok()) return Fail("Read", received.status());
    if (std::string_view(buffer.data(), received->size) != Make(seed, i)) {
      std::fprintf(stderr, "c++: message %u is wrong\n", i);
      return 1;
    }
    bytes += received->size;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  fmmq::Options options;
  options.capacity = 65536;
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::OpenOrCreate(argv[2], options);
  if (!queue.ok()) return Fail("OpenOrCreate", queue.status());
  const auto count = static_cast<uint32_t>(std::strtoul(argv[3], nullptr, 10));
  const auto seed = static_cast<uint32_t>(std::strtoul(argv[4], nullptr, 10));
  const bool sends = std::strcmp(argv[1], "send") == 0;
  return sends ? Send(*queue, count, seed) : Receive(*queue, count, seed);
}
