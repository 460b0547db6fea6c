// What a write costs its writer as others come along: in one process, so that nothing but the
// writer's own work is in it.
#include <string>
#include <vector>

#include "bench/harness/case.h"
#include "bench/harness/process.h"
#include "bench/transports/fmmq_queue.h"
#include "fmmq/fmmq.h"

namespace bench {
namespace {

constexpr size_t kBytes = 64;
constexpr int kBurst = 512;  // a fraction of the ring

class Company {
 public:
  Company() {
    fmmq::Options options;
    options.capacity = size_t{1} << 20;
    options.default_group = false;
    options.seats = 160;
    options.groups = 64;
    queue_ = Demand(fmmq::Queue::CreateAnonymous("bench", options), "CreateAnonymous");
    writer_ = Demand(queue_.NewProducer(), "NewProducer");
  }
  void AddLiveGroup() {
    const std::string name = "g" + std::to_string(members_.size());
    members_.push_back(Demand(queue_.Join(name, {}), "Join"));
  }
  void AddIdleSeat() { idle_.push_back(Demand(queue_.NewProducer(), "NewProducer")); }
  void AddIdleObserver() { observers_.push_back(Demand(queue_.Observe(), "Observe")); }

  // Nanoseconds a write; the groups read in between.
  double Measure(uint64_t duration_ns) {
    uint64_t busy_ns = 0, count = 0;
    while (busy_ns < duration_ns / 2) {
      const uint64_t begin = CpuNs();
      for (int i = 0; i < kBurst; ++i) Demand(writer_.TryWrite(message_), "TryWrite");
      busy_ns += CpuNs() - begin;
      count += kBurst;
      for (fmmq::Consumer& member : members_) {
        for (int i = 0; i < kBurst; ++i) Demand(member.TryRead(buffer_).status(), "TryRead");
      }
    }
    return static_cast<double>(busy_ns) / static_cast<double>(count);
  }

 private:
  std::string message_ = std::string(kBytes, 'x');
  std::vector<char> buffer_ = std::vector<char>(kBytes);
  fmmq::Queue queue_;
  fmmq::Producer writer_;
  std::vector<fmmq::Consumer> members_;
  std::vector<fmmq::Producer> idle_;
  std::vector<fmmq::Observer> observers_;
};

void Add(const Settings& settings, uint64_t count, const std::string& subject,
         void (Company::*add)(), Cases* cases) {
  const auto measure = [settings, count, add]() -> std::vector<Figure> {
    Company company;
    for (uint64_t i = 0; i < count; ++i) (company.*add)();
    company.Measure(settings.duration_ns / 5);
    return {{"ns", company.Measure(settings.duration_ns)}};
  };
  cases->push_back({"cost of a write", count, subject, measure});
}

}  // namespace

void AddCosts(const Settings& settings, Cases* cases) {
  for (const uint64_t count : {1, 2, 4, 8, 16, 32, 64}) {
    Add(settings, count, "live groups", &Company::AddLiveGroup, cases);
    Add(settings, count, "idle seats", &Company::AddIdleSeat, cases);
    Add(settings, count, "idle observers", &Company::AddIdleObserver, cases);
  }
}

}  // namespace bench
