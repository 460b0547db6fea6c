// One value that all processes see, always whole.
//   shared_string set QUEUE TEXT
//   shared_string get QUEUE
//   shared_string watch QUEUE    prints each new value, until that is empty; then removes the queue
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

#include "fmmq/fmmq.h"

namespace {

constexpr uint32_t kMaxBytes = 1000;

int Fail(const char* what, fmmq::Status status) {
  std::fprintf(stderr, "shared_string: %s: %s\n", what, status.message());
  return 1;
}

// Prints the value; which it was.
fmmq::Result<fmmq::StringInfo> Print(const fmmq::Queue& queue) {
  char text[kMaxBytes];
  fmmq::Result<fmmq::StringInfo> info = fmmq::Code::kBusy;
  while (info.code() == fmmq::Code::kBusy) info = queue.GetString(text);  // writers were faster
  if (info.ok()) std::printf("%.*s\n", static_cast<int>(info->size), text);
  std::fflush(stdout);
  return info;
}

// A slow watcher skips values, but never the newest.
int Watch(const fmmq::Queue& queue, const char* name) {
  uint64_t version = 0;
  while (true) {
    const fmmq::Result<uint64_t> next = queue.WaitString(version, fmmq::Deadline::Never());
    if (!next.ok()) return Fail("watch", next.status());
    const fmmq::Result<fmmq::StringInfo> info = Print(queue);
    if (!info.ok()) return Fail("watch", info.status());
    if (info->size == 0) break;
    version = info->version;
  }
  fmmq::Queue::Remove(name).IgnoreError();  // of several watchers, one is the first
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string role = argc > 2 ? argv[1] : "";
  if (role != "get" && role != "watch" && (role != "set" || argc < 4)) {
    std::fputs("usage: shared_string set QUEUE TEXT | get QUEUE | watch QUEUE\n", stderr);
    return 2;
  }
  fmmq::Options options;
  options.capacity = 4096;  // no messages here
  options.string_size = kMaxBytes;
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::OpenOrCreate(argv[2], options);
  if (!queue.ok()) return Fail(argv[2], queue.status());

  if (role == "watch") return Watch(*queue, argv[2]);
  const fmmq::Status status = role == "get"
                                  ? Print(*queue).status()
                                  : queue->SetString({argv[3], std::strlen(argv[3])},
                                                     fmmq::Deadline::In(std::chrono::seconds(10)));
  return status.ok() ? 0 : Fail(role.c_str(), status);
}
