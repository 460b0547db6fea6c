// Asks epoll_server, waits until it is there, and prints the answer.
//   epoll_client QUEUE TEXT
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "fmmq/fmmq.h"

namespace {

fmmq::Options SmallQueue() {
  fmmq::Options options;
  options.capacity = 4096;  // no request and no answer can be longer
  return options;
}

int Fail(const char* what, fmmq::Status status) {
  std::fprintf(stderr, "epoll_client: %s: %s\n", what, status.message());
  return 1;
}

// Asks for an answer in the queue `own`, which has that name.
fmmq::Result<fmmq::Received> Ask(const std::string& server, const std::string& name,
                                 fmmq::Queue& own, const std::string& text,
                                 fmmq::MutableBytes answer) {
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::OpenOrCreate(server, SmallQueue());
  if (!queue.ok()) return queue.status();
  fmmq::Result<fmmq::Consumer> answers = own.Join();
  if (!answers.ok()) return answers.status();
  const fmmq::Deadline deadline = fmmq::Deadline::In(std::chrono::seconds(30));
  const fmmq::Status asked = queue->NewProducer()->Write(name + " " + text, deadline);
  if (!asked.ok()) return asked;
  return answers->Read(answer, deadline);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: epoll_client QUEUE TEXT\n", stderr);
    return 2;
  }
  const std::string name = std::string(argv[1]) + "." + std::to_string(getpid());
  fmmq::Options options;
  options.capacity = 4096;
  fmmq::Result<fmmq::Queue> own = fmmq::Queue::Create(name, options);
  if (!own.ok()) return Fail(name.c_str(), own.status());
  char answer[1024];
  const fmmq::Result<fmmq::Received> received = Ask(argv[1], name, *own, argv[2], answer);
  fmmq::Queue::Remove(name).IgnoreError();
  if (!received.ok()) return Fail(argv[1], received.status());
  std::printf("%.*s\n", static_cast<int>(received->size), answer);
  return 0;
}
