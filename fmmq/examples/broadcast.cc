// Everybody gets everything.
//
//   broadcast listen QUEUE NAME                 a group of its own: loses nothing, holds writers up
//   broadcast watch QUEUE                       an observer: holds nobody up, says what it lost
//   broadcast speak QUEUE LISTENERS TEXT...     once there are so many listeners
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "fmmq/fmmq.h"

namespace {

constexpr size_t kMaxListeners = 16;

int Fail(const char* what, fmmq::Status status) {
  std::fprintf(stderr, "broadcast: %s: %s\n", what, status.message());
  return 1;
}

fmmq::Result<fmmq::Queue> OpenQueue(const char* name) {
  fmmq::Options options;
  options.groups = kMaxListeners;
  options.default_group = false;  // nobody reads it here: it would hold the speaker up for ever
  return fmmq::Queue::OpenOrCreate(name, options);
}

int Speak(fmmq::Queue& queue, const char* listeners, char** texts) {
  const size_t wanted = std::strtoul(listeners, nullptr, 10);
  fmmq::GroupInfo groups[kMaxListeners];
  while (queue.Groups(groups, kMaxListeners) < wanted) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  fmmq::Result<fmmq::Producer> producer = queue.NewProducer();
  if (!producer.ok()) return Fail("speak", producer.status());
  for (; *texts != nullptr; ++texts) {
    const fmmq::Status written =
        producer->Write({*texts, std::strlen(*texts)}, fmmq::Deadline::Never());
    if (!written.ok()) return Fail("speak", written);
  }
  const fmmq::Status ended = producer->End();
  return ended.ok() ? 0 : Fail("speak", ended);
}

// Consumers and observers read alike.
template <typename Reader>
int PrintAll(fmmq::Result<Reader> reader, const char* name) {
  if (reader.ok()) std::puts("ready");
  std::fflush(stdout);
  while (reader.ok()) {
    char text[256];
    const fmmq::Result<fmmq::Received> message = reader->Read(text, fmmq::Deadline::Never());
    if (message.code() == fmmq::Code::kEndOfStream) {
      fmmq::Queue::Remove(name).IgnoreError();  // who still has it open keeps it
      return 0;
    }
    if (!message.ok()) return Fail("read", message.status());
    if (message->lost != 0) std::printf("lost %zu blocks\n", static_cast<size_t>(message->lost));
    std::printf("%.*s\n", static_cast<int>(message->size), text);
    std::fflush(stdout);
  }
  return Fail(name, reader.status());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string role = argc > 2 ? argv[1] : "";
  const bool watches = role == "watch";
  if (!watches && (argc < 4 || (role != "listen" && role != "speak"))) {
    std::fputs("usage: broadcast listen QUEUE NAME | watch QUEUE | speak QUEUE LISTENERS TEXT...\n",
               stderr);
    return 2;
  }
  fmmq::Result<fmmq::Queue> queue = OpenQueue(argv[2]);
  if (!queue.ok()) return Fail(argv[2], queue.status());
  if (role == "speak") return Speak(*queue, argv[3], argv + 4);
  if (watches) return PrintAll(queue->Observe(fmmq::From::kOldest), argv[2]);
  fmmq::GroupOptions group;
  group.durable = true;  // it goes on where it was if the listener dies and comes again
  return PrintAll(queue->Join(argv[3], group), argv[2]);
}
