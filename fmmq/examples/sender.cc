// Sends messages to receiver.cc, or its twin in C, in any order of start; then ends the stream.
//   sender [QUEUE [COUNT]]
#include <cstdio>
#include <cstdlib>

#include "fmmq/fmmq.h"

namespace {

int Fail(const char* what, fmmq::Status status) {
  std::fprintf(stderr, "sender: %s: %s\n", what, status.message());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const char* const name = argc > 1 ? argv[1] : "example";
  const int count = argc > 2 ? std::atoi(argv[2]) : 3;

  fmmq::Options options;
  options.capacity = 4096;  // so small that whoever is ahead waits for the other
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::OpenOrCreate(name, options);
  if (!queue.ok()) return Fail(name, queue.status());
  fmmq::Result<fmmq::Producer> producer = queue->NewProducer();
  if (!producer.ok()) return Fail(name, producer.status());

  for (int i = 1; i <= count; ++i) {
    char text[64];
    const int size = std::snprintf(text, sizeof(text), "Hello number %d from the sender", i);
    const fmmq::Status written =
        producer->Write({text, static_cast<size_t>(size)}, fmmq::Deadline::Never());
    if (!written.ok()) return Fail("write", written);
  }
  const fmmq::Status ended = producer->End();
  return ended.ok() ? 0 : Fail("end", ended);
}
