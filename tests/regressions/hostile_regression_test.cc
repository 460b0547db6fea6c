// Defects of the past that a hostile peer could use.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/regressions/stepped_child.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/process_state.h"
#include "tests/support/raw_segment.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;

constexpr int kAllSeals = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;

int MemfdWith(uint32_t flags) {
  format::Header header = test::SmallHeader();
  header.flags |= flags;
  format::SealHeader(&header);
  const int fd = memfd_create("hostile", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  EXPECT_EQ(ftruncate(fd, static_cast<off_t>(header.segment_bytes)), 0);
  EXPECT_EQ(pwrite(fd, &header, sizeof(header), 0), ssize_t{sizeof(header)});
  return fd;
}

// ---- files that change while they are checked ----

// Attaches, and uses every part of what it got. The process's exit code.
int AttachAndUse(int fd) {
  Result<Queue> queue = Queue::OpenFd(fd);
  if (!queue.ok()) return 0;
  Result<Producer> producer = queue->NewProducer();
  if (producer.ok()) producer->TryWrite(std::string(4096, 'x')).IgnoreError();
  return 1;
}

// The hostile peer, played by who traces the process that attaches: it shrinks and seals the file
// when that process is at its `stop`th entry to or exit from a system call. Returns whether it came
// that far. The file is not sealed before: it has to be refused in any case.
bool ShrinkAt(int stop) {
  const int fd = MemfdWith(format::kAnonymous);
  test::SteppedChild victim([fd] {
    raise(SIGSTOP);
    return AttachAndUse(fd);
  });
  for (int i = 0; i < stop && victim.stopped(); ++i) victim.RunToSystemCall();
  const bool reached = victim.stopped();
  if (reached) {
    EXPECT_EQ(ftruncate(fd, 4096), 0);
    EXPECT_EQ(fcntl(fd, F_ADD_SEALS, kAllSeals), 0);
  }
  EXPECT_EQ(victim.Finish(), 0) << "at stop " << stop;
  close(fd);
  return reached;
}

// The size was looked at before the seals: a peer that shrank the file and sealed it in between had
// the right seals for the wrong size, and whoever attached died of SIGBUS.
TEST(HostileFileRegressionTest, AFileThatShrinksWhileItIsChecked) {
  int stop = 0;
  while (ShrinkAt(stop)) ASSERT_LT(++stop, 1000);
  EXPECT_GT(stop, 2);
}

// Seals were demanded only of who said that they are needed.
TEST(HostileFileRegressionTest, ADescriptorOfASegmentThatDoesNotSayItIsAnonymous) {
  const int fd = MemfdWith(0);
  test::ExpectCleanFailure(Code::kNotASegment, 0, [fd] { return Queue::OpenFd(fd).status(); });
  ASSERT_EQ(fcntl(fd, F_ADD_SEALS, kAllSeals), 0);
  test::ExpectCleanFailure(Code::kNotASegment, 0, [fd] { return Queue::OpenFd(fd).status(); });
  close(fd);
}

// ---- words that make work ----
//
// What a dead one may have in its hand is bounded by the ring, and who may be dead by the seats.
// Work was done for each pair of a block and a seat: hours for one call.

class HostileWordsRegressionTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kSeats = 1024;
  static constexpr int kLooks = 20;

  HostileWordsRegressionTest() {
    Options options;
    options.capacity = 4 << 20;
    options.seats = kSeats;
    EXPECT_TRUE(Ok(Queue::Create(name_.get(), options)));
  }

  // Every seat but the first is a dead one's that claims the whole ring.
  static void ClaimEverything(const test::RawSegment& raw, format::SeatIdentity identity) {
    for (uint32_t seat = 1; seat < kSeats; ++seat) {
      raw.seat(seat).identity.store(Encode(identity));
      raw.seat(seat).end.store(raw.geometry().block_count);
      raw.seat(seat).intent.store(2);
      raw.control().occupied[seat / 64].fetch_or(uint64_t{1} << (seat % 64));
    }
  }

  // Reads until it looked after the dead a few times. That hangs: the child's time would be up.
  void ExpectReadsInTime(const std::function<void(const test::RawSegment&)>& lie) {
    EXPECT_TRUE(Succeeded(test::RunInChild([&] {
      Queue queue = *Queue::Open(name_.get());
      Consumer consumer = *queue.Join();
      ASSERT_EQ(test::ReadText(consumer), "kEmpty");
      lie(test::RawSegment(name_));
      while (consumer.Stats().rescues < kLooks && consumer.Stats().redelivered < kLooks) {
        char buffer[64];
        consumer.TryRead(buffer).status().IgnoreError();
      }
    })));
  }

  const test::ScopedName name_;
};

TEST_F(HostileWordsRegressionTest, ARingOfHolesThatEverybodyDeadClaims) {
  ExpectReadsInTime([](const test::RawSegment& raw) {
    raw.control().head.store(raw.geometry().block_count);
    for (uint64_t block = 1; block < raw.geometry().block_count; block += 2) {
      raw.descriptor(block).store(format::AbortedWord(1, 1));
    }
    ClaimEverything(raw, {format::Role::kProducer, 0, 0});
  });
}

TEST_F(HostileWordsRegressionTest, ARingOfAbortedRecordsThatEverybodyDeadHolds) {
  ExpectReadsInTime([](const test::RawSegment& raw) {
    const uint64_t last = raw.geometry().block_count - 1;
    raw.control().head.store(last + 1);
    raw.group(0).cursor.store(last + 1);
    for (uint64_t block = 0; block < last; ++block) {
      raw.descriptor(block).store(format::AbortedWord(1, 1));
    }
    raw.descriptor(last).store(format::StartWord(1, 1));
    ClaimEverything(raw, {format::Role::kMember, 0, 1});
  });
}

}  // namespace
}  // namespace fmmq
