// Defects of the past in seats, groups and the kernel locks on them.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "fmmq/os/lock.h"
#include "tests/processes/kill_fixture.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::ReadTextSoon;
using test::Texts;

// A lock on a description of its own: another process's, as far as the library can tell.
class HeldLock {
 public:
  using Take = Status (*)(int fd, uint64_t byte);
  HeldLock(const std::string& name, uint64_t byte, Take take = os::TryLockByte)
      : file_(open(test::SegmentPath(name).c_str(), O_RDWR | O_CLOEXEC)) {
    EXPECT_TRUE(Ok(take(file_.get(), byte)));
  }
  void Release() { file_ = os::UniqueFd(); }

 private:
  os::UniqueFd file_;
};

class LockRegressionTest : public test::KillTest {
 protected:
  void MakeWithSeats(uint32_t seats) {
    Options options;
    options.capacity = 4096;
    options.seats = seats;
    Make(options);
  }
  void HoldProducers(Queue& queue, int count) {
    std::vector<Producer> producers;
    for (int i = 0; i < count; ++i) producers.push_back(*queue.NewProducer());
    stage_->Reach(1);
  }
};

// Seats of the dead with messages wait for a member of their group; and no member found a seat.
TEST_F(LockRegressionTest, AMemberComesInWhenTheDeadHoldEverySeat) {
  MakeWithSeats(4);
  for (const char* text : {"a", "b", "c", "d", "e"}) Write(text);
  std::vector<Child> workers;
  for (int i = 0; i < 4; ++i) {
    workers.push_back(Start([this](Queue& queue) { HoldDefaultMessage(queue); }));
  }
  for (Child& worker : workers) worker.Kill();
  Result<Consumer> heir = queue_.Join();
  ASSERT_TRUE(Ok(heir));
  EXPECT_EQ(ReadSorted(*heir, 5), (Texts{"a again", "b again", "c again", "d again", "e"}));
  EXPECT_TRUE(Ok(queue_.NewProducer()));
  EXPECT_TRUE(Ok(queue_.Join("other", {})));
}

// One death is enough where the other seat is a living producer's.
TEST_F(LockRegressionTest, AMemberComesInBesideALivingProducer) {
  MakeWithSeats(2);
  Producer producer = *queue_.NewProducer();
  ASSERT_TRUE(Ok(producer.TryWrite("held")));
  for (int deaths = 0; deaths < 3; ++deaths) {
    KillAfter([this](Queue& queue) {
      Consumer worker = *queue.Join();
      ASSERT_EQ(test::Retry([&] { return worker.TryPeek(); }).code(),
                stage_->other_pid == 0 ? Code::kOk : Code::kRedelivery);
      stage_->Reach(1);
    });
    stage_->other_pid = 1;
  }
  Result<Consumer> heir = queue_.Join();
  ASSERT_TRUE(Ok(heir));
  EXPECT_EQ(ReadTextSoon(*heir), "held again");
  EXPECT_EQ(queue_.Join("other", {}).code(), Code::kNoSeat);
}

// Of a batch, too, what the second one to die had not acknowledged comes again. It was taken for
// done as soon as it was copied.
TEST_F(LockRegressionTest, ASecondDeathPassesTheRestOfABatchOn) {
  Make();
  for (const char* text : {"a", "b", "c"}) Write(text);
  KillAfter([this](Queue& queue) {
    Consumer worker = *queue.Join();
    const Result<size_t> batch = worker.TryPeekBatch(3);
    ASSERT_TRUE(batch.ok() && *batch == 3);
    stage_->Reach(1);
  });
  KillAfter([this](Queue& queue) {
    Consumer worker = *queue.Join();
    ASSERT_EQ(ReadTextSoon(worker), "a again");
    ASSERT_EQ(ReadTextSoon(worker), "b again");
    stage_->Reach(1);
  });
  Consumer heir = *queue_.Join();
  EXPECT_EQ(ReadTextSoon(heir), "b again");
  EXPECT_EQ(ReadTextSoon(heir), "c again");
  EXPECT_EQ(test::ReadText(heir), "kEmpty");
}

// A member that leaves frees its exclusive group's entry, and a moment later the lock that goes
// with it. Who created a group in that moment, or next to a process that was stopped in it, got
// kBusy.
TEST_F(LockRegressionTest, AnExclusiveGroupTakesAnotherEntryThanOneStillLocked) {
  Make();
  const HeldLock leaving(name_, format::GroupLock(1));
  EXPECT_TRUE(Ok(queue_.Join("one", {GroupKind::kExclusive, false, From::kNow})));
  Result<Consumer> two = queue_.Join("two", {GroupKind::kExclusive, true, From::kNow});
  ASSERT_TRUE(Ok(two));
  Write("message");
  EXPECT_EQ(ReadTextSoon(*two), "message");
}

// Seats of the dead could be had again, if only nobody else was repairing at that moment: then it
// was kNoSeat at once. Who repairs shares their locks; a seat that was brought back is clean, and
// waited for. A call gives up after a second, and is made again then: the repairer may be slow
// here.
TEST_F(LockRegressionTest, ASeatOfTheDeadIsWaitedForWhileSomebodyRepairs) {
  using std::chrono::steady_clock;
  const auto wait_for_seat = [](const std::function<Status()>& call) {
    const test::Deadline deadline;
    while (true) {
      const auto start = steady_clock::now();
      const Status status = call();
      const bool waited = steady_clock::now() - start >= std::chrono::milliseconds(900);
      if (status.ok() || !waited || deadline.passed()) return status;
    }
  };
  MakeWithSeats(1);
  for (int round = 0; round < 4; ++round) {
    KillAfter([this](Queue& queue) { HoldProducers(queue, 1); });
    HeldLock repairing(name_, format::SeatShare(0), os::TryReadLockByte);
    std::thread done_soon([&repairing] {
      test::Nap(std::chrono::milliseconds(50));
      repairing.Release();
    });
    if (round % 2 == 0) {
      EXPECT_TRUE(Ok(wait_for_seat([this] { return queue_.NewProducer().status(); })));
    } else {
      EXPECT_TRUE(Ok(wait_for_seat([this] { return queue_.Join().status(); })));
    }
    done_soon.join();
  }
}

// One call asked about sixteen seats that hold something, and not about the others behind them:
// kNoSeat, although some had nothing to wait for.
TEST_F(LockRegressionTest, ASeatBehindManyThatHoldMessagesIsFound) {
  constexpr int kMembers = 60;
  MakeWithSeats(kMembers + 4);
  for (int i = 0; i < kMembers; ++i) Write("held");
  KillAfter([this](Queue& queue) {
    std::vector<Consumer> members;
    for (int i = 0; i < kMembers; ++i) {
      members.push_back(*queue.Join());
      ASSERT_TRUE(Ok(test::Retry([&] { return members.back().TryPeek(); })));
    }
    HoldProducers(queue, 4);
  });
  EXPECT_TRUE(Ok(queue_.NewProducer()));
}

// A repairer had the seats of the dead locked, which was taken for a member that lives: kTaken.
TEST_F(LockRegressionTest, AGroupIsDroppedWhileSomebodyRepairs) {
  Make();
  KillAfter([this](Queue& queue) {
    Consumer consumer = *queue.Join("dead", {GroupKind::kShared, true, From::kNow});  // seat 0
    stage_->Reach(1);
  });
  const HeldLock repairing(name_, format::SeatShare(0), os::TryReadLockByte);
  EXPECT_TRUE(Ok(queue_.DropGroup("dead")));
}

// Everybody waited behind a process that was stopped while it repaired. This one has stopped where
// it shares every lock that it ever does.
TEST_F(LockRegressionTest, NobodyWaitsForARepairerThatWasStopped) {
  MakeWithSeats(8);
  Consumer reader = *queue_.Join();  // seat 0
  KillAfter([this](Queue& queue) {
    Producer producer = *queue.NewProducer();                                         // seat 1
    Consumer member = *queue.Join("group", {GroupKind::kShared, false, From::kNow});  // seat 2
    ASSERT_TRUE(Ok(producer.TryReserve(100)));
    stage_->Reach(1);
  });
  const HeldLock hole(name_, format::SeatShare(1), os::TryReadLockByte);
  const HeldLock member(name_, format::SeatShare(2), os::TryReadLockByte);
  const HeldLock group(name_, format::GroupLock(1), os::TryReadLockByte);
  Write("behind the hole");
  EXPECT_EQ(ReadTextSoon(reader), "behind the hole");
  Producer producer = *queue_.NewProducer();
  for (int i = 0; i < 200; ++i) {  // more than the ring holds
    ASSERT_TRUE(Ok(test::Retry([&] { return producer.TryWrite(std::string(64, 'x')); })));
    ASSERT_EQ(ReadTextSoon(reader), std::string(64, 'x'));
  }
  EXPECT_TRUE(Ok(queue_.Join("group", {GroupKind::kExclusive, true, From::kNow})));
}

// The same, where what it was about to clear has become something that has to be adopted: a dead
// member was about to claim a message, which somebody else has read since.
TEST_F(LockRegressionTest, AnAdopterDoesNotWaitForARepairerThatWasStopped) {
  Make();
  Consumer reader = *queue_.Join();             // seat 0
  ASSERT_EQ(test::ReadText(reader), "kEmpty");  // looked after the dead, once
  KillAfter([this](Queue& queue) {
    Consumer member = *queue.Join();  // seat 1
    stage_->Reach(1);
  });
  test::RawSegment(name_).seat(1).intent = 1;
  const HeldLock repairing(name_, format::SeatShare(1), os::TryReadLockByte);
  Producer producer = *queue_.NewProducer();
  int written = 0, read = 0, again = 0;
  char buffer[64];
  EXPECT_TRUE(test::Eventually([&] {
    while (producer.TryWrite("message").ok()) ++written;
    for (int misses = 0; misses < 20;) {
      const Result<Received> received = reader.TryRead(buffer);
      if (!received.ok()) ++misses;
      if (received.ok()) received->redelivered ? ++again : ++read;
    }
    return written >= 1000;  // more than the ring holds
  }));
  EXPECT_EQ(read, written);
  EXPECT_LE(again, 1);
}

// A clean seat that somebody else has locked just then, perhaps one that was stopped, counted for
// more than the seat of a dead member, which would have done: kBusy, and nobody came in to adopt.
TEST_F(LockRegressionTest, ADeadMembersSeatIsTakenOverBesideALockedOne) {
  MakeWithSeats(2);
  Write("held");
  KillAfter([this](Queue& queue) { HoldDefaultMessage(queue); });  // seat 0
  const HeldLock stopped(name_, format::SeatShare(1), os::TryReadLockByte);
  Result<Consumer> heir = queue_.Join();
  ASSERT_TRUE(Ok(heir));
  EXPECT_EQ(ReadTextSoon(*heir), "held again");
}

// Whoever waited for the shared string kept the whole process from forking, and from making
// handles, for as long.
TEST_F(LockRegressionTest, WaitingForTheStringKeepsNobodyFromForking) {
  Options options;
  options.string_size = 100;
  Make(options);
  HeldLock slow_writer(name_, format::kStringLock);
  Status set = Code::kBusy;
  std::atomic<bool> begun{false};
  std::thread setter([&] {
    begun = true;
    set = queue_.SetString("value", Deadline::In(test::kPatience));
  });
  EXPECT_TRUE(test::Eventually([&] { return begun.load(); }));
  for (int i = 0; i < 100; ++i) {
    test::Nap(std::chrono::milliseconds(1));
    const pid_t child = fork();
    if (child == 0) _exit(0);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(Ok(queue_.NewProducer()));
  }
  slow_writer.Release();
  setter.join();
  EXPECT_TRUE(Ok(set));  // its time was not up when we got here
}

}  // namespace
}  // namespace fmmq
