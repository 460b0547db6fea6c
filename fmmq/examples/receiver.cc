// Prints what sender.cc sends, or its twin in C, in any order of start, until the stream ends.
//   receiver [QUEUE]
#include <cstdio>

#include "fmmq/fmmq.h"

namespace {

int Fail(const char* what, fmmq::Status status) {
  std::fprintf(stderr, "receiver: %s: %s\n", what, status.message());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const char* const name = argc > 1 ? argv[1] : "example";

  fmmq::Options options;
  options.capacity = 4096;
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::OpenOrCreate(name, options);
  if (!queue.ok()) return Fail(name, queue.status());
  fmmq::Result<fmmq::Consumer> consumer = queue->Join();  // the group "default"
  if (!consumer.ok()) return Fail(name, consumer.status());

  while (true) {
    char text[256];
    const fmmq::Result<fmmq::Received> message = consumer->Read(text, fmmq::Deadline::Never());
    if (message.code() == fmmq::Code::kEndOfStream) break;
    if (!message.ok()) return Fail("read", message.status());
    std::printf("%.*s\n", static_cast<int>(message->size), text);
    std::fflush(stdout);
  }
  const fmmq::Status removed = fmmq::Queue::Remove(name);
  return removed.ok() ? 0 : Fail("remove", removed);
}
