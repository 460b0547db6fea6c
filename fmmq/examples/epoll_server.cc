// A server whose event loop has a queue in it: answers each request in capitals, in the queue that
// the request names. Ends with SIGTERM or SIGINT. Its client is epoll_client.
//   epoll_server QUEUE
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <string>

#include "fmmq/fmmq.h"

namespace {

// A death rings no bell: whatever epoll says, look now and then.
constexpr int kLookMs = 100;
constexpr size_t kMaxRequest = 4096;  // the whole ring: none can be longer

int Fail(const char* what, fmmq::Status status) {
  std::fprintf(stderr, "epoll_server: %s: %s\n", what, status.message());
  return 1;
}

int WatchSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

bool Watch(int epoll, int descriptor) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

// "QUEUE TEXT". Clients that are gone, or do not read, are their own problem.
void Answer(std::string request) {
  const size_t space = request.find(' ');
  if (space == std::string::npos) return;
  std::string text = request.substr(space + 1);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::Open(request.substr(0, space));
  queue->NewProducer()->TryWrite(text).IgnoreError();
}

// All requests that are there.
fmmq::Status AnswerAll(fmmq::Consumer& requests) {
  while (true) {
    char request[kMaxRequest];
    const fmmq::Result<fmmq::Received> received = requests.TryRead(request);
    if (!received.ok()) return received.status();
    Answer(std::string(request, received->size));
  }
}

// Reads until there is nothing, arms the doorbell, sleeps until something happens.
fmmq::Status Serve(fmmq::Consumer& requests, int epoll, int signals) {
  bool watched = false;
  while (true) {
    const fmmq::Status status = AnswerAll(requests);
    if (status != fmmq::Code::kEmpty && status != fmmq::Code::kBusy) return status;
    const fmmq::Result<int> doorbell = requests.Arm();  // always the same descriptor
    if (!doorbell.ok()) return doorbell.status();
    if (!watched && !(watched = Watch(epoll, *doorbell))) return fmmq::Code::kSystem;
    epoll_event event;
    if (epoll_wait(epoll, &event, 1, kLookMs) == 1 && event.data.fd == signals) return {};
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* const name = argc > 1 ? argv[1] : "example";
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const int signals = WatchSignals();
  if (epoll < 0 || signals < 0 || !Watch(epoll, signals)) return Fail("epoll", fmmq::Code::kSystem);
  fmmq::Options options;
  options.capacity = kMaxRequest;
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::OpenOrCreate(name, options);
  if (!queue.ok()) return Fail(name, queue.status());
  fmmq::Result<fmmq::Consumer> requests = queue->Join();
  if (!requests.ok()) return Fail(name, requests.status());
  const fmmq::Status status = Serve(*requests, epoll, signals);
  fmmq::Queue::Remove(name).IgnoreError();
  return status.ok() ? 0 : Fail(name, status);
}
