// Jobs for whoever is free. A job whose worker dies goes to another one.
//   work_queue submit QUEUE MILLISECONDS...   jobs that take so long
//   work_queue work QUEUE                     works until all is done; start any number of these
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "fmmq/fmmq.h"

namespace {

int Fail(const char* what, fmmq::Status status) {
  std::fprintf(stderr, "work_queue: %s: %s\n", what, status.message());
  return 1;
}

int Submit(fmmq::Queue& queue, char** jobs) {
  fmmq::Result<fmmq::Producer> producer = queue.NewProducer();
  if (!producer.ok()) return Fail("submit", producer.status());
  for (; *jobs != nullptr; ++jobs) {
    const fmmq::Status written =
        producer->Write({*jobs, std::strlen(*jobs)}, fmmq::Deadline::Never());
    if (!written.ok()) return Fail("submit", written);
  }
  const fmmq::Status ended = producer->End();
  return ended.ok() ? 0 : Fail("submit", ended);
}

void Do(const std::string& job, bool again) {
  std::printf("started %s%s\n", job.c_str(), again ? " again" : "");
  std::fflush(stdout);
  std::this_thread::sleep_for(std::chrono::milliseconds(std::atoi(job.c_str())));
  std::printf("done %s\n", job.c_str());
  std::fflush(stdout);
}

// Takes the next job, does it, and only then says so: until Release it is this worker's, and would
// go to another one if this one died.
fmmq::Status WorkOnce(fmmq::Consumer& worker) {
  const fmmq::Result<fmmq::Message> job = worker.Peek(fmmq::Deadline::Never());
  if (job.ok()) {
    Do(std::string(job->bytes.text()), false);
    return worker.Release();
  }
  if (job.code() != fmmq::Code::kRedelivery) return job.status();
  // A dead worker's job; perhaps somebody else takes it before us.
  char copy[256];
  const fmmq::Result<fmmq::Received> taken = worker.TryRead(copy);
  if (taken.code() == fmmq::Code::kEmpty || taken.code() == fmmq::Code::kBusy) return {};
  if (!taken.ok()) return taken.status();
  Do(std::string(copy, taken->size), taken->redelivered);
  return taken->redelivered ? worker.Release() : fmmq::Status();
}

int Work(fmmq::Queue& queue, const char* name) {
  fmmq::Result<fmmq::Consumer> worker = queue.Join();
  if (!worker.ok()) return Fail("work", worker.status());
  std::puts("ready");
  std::fflush(stdout);
  fmmq::Status status;
  while (status.ok()) status = WorkOnce(*worker);
  // The first worker that sees the end removes the queue; the others still have it open.
  if (status == fmmq::Code::kRemoved) return 0;
  if (status != fmmq::Code::kEndOfStream) return Fail("work", status);
  fmmq::Queue::Remove(name).IgnoreError();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string role = argc > 2 ? argv[1] : "";
  if (role != "submit" && role != "work") {
    std::fputs("usage: work_queue submit QUEUE MILLISECONDS... | work QUEUE\n", stderr);
    return 2;
  }
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::OpenOrCreate(argv[2]);
  if (!queue.ok()) return Fail(argv[2], queue.status());
  return role == "submit" ? Submit(*queue, argv + 3) : Work(*queue, argv[2]);
}
