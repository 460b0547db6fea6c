// A queue with a shared string, and what a test may do to it behind the library's back.
#ifndef FMMQ_TESTS_VALUE_STRING_FIXTURE_H_
#define FMMQ_TESTS_VALUE_STRING_FIXTURE_H_

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/raw_segment.h"
#include "tests/support/shared_page.h"
#include "tests/support/statuses.h"

namespace fmmq::test {

inline constexpr uint32_t kStringBytes = 5000;

using StringWords = format::StringControl<format::SharedWord>;

// The string's control line, through a mapping of the test's own.
inline StringWords& StringOf(const RawSegment& raw) {
  char* const base = reinterpret_cast<char*>(&raw.header());
  return *reinterpret_cast<StringWords*>(base + raw.geometry().string_offset);
}

// Leaves what a writer leaves that dies in the midst of its copy.
inline void ScribbleOverNextString(const std::string& name) {
  const RawSegment raw(name);
  StringWords& words = StringOf(raw);
  const uint64_t next = (words.version + 1) % 2;
  char* const buffers = reinterpret_cast<char*>(&words + 1);
  const size_t bytes = format::StringBufferBytes(raw.geometry().string_bytes);
  std::memset(buffers + next * bytes, 0x5a, bytes);
  words.bytes[next] = 3;
}

inline void LieAboutStringSize(const std::string& name) {
  const RawSegment raw(name);
  StringWords& words = StringOf(raw);
  words.bytes[words.version % 2] = raw.geometry().string_bytes + 1;
}

// Takes the lock that writers of the string take, until the process ends.
inline void LockStringOf(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(format::kStringLock);
  lock.l_len = 1;
  ASSERT_EQ(fcntl(file, F_OFD_SETLK, &lock), 0);
}

class StringTest : public ::testing::Test {
 protected:
  // A call that hangs ends the test, and the program; after children were waited for.
  void SetUp() override { alarm(static_cast<unsigned>((kChildPatience + kPatience).count())); }
  void TearDown() override { alarm(0); }

  void Make(uint32_t string_bytes = kStringBytes) {
    Options options;
    options.capacity = 4096;
    options.string_size = string_bytes;
    Result<Queue> queue = Queue::Create(name_.get(), options);
    ASSERT_TRUE(Ok(queue));
    queue_ = *std::move(queue);
  }
  void Remake(uint32_t string_bytes) {
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Make(string_bytes);
  }

  Status Set(ConstBytes value) { return queue_.SetString(value, fmmq::Deadline::Never()); }
  std::string Get() {
    std::vector<char> buffer(1 << 20);
    const Result<StringInfo> info = queue_.GetString(buffer);
    EXPECT_TRUE(Ok(info));
    version_ = info->version;
    return std::string(buffer.data(), info->size);
  }

  // A process that opens the queue and does its `work`.
  Child Start(const std::function<void(Queue&)>& work) {
    return Child([this, &work] {
      Result<Queue> queue = Queue::Open(name_.get());
      ASSERT_TRUE(Ok(queue));
      work(*queue);
    });
  }

  const ScopedName name_;
  Queue queue_;
  uint64_t version_ = 0;  // of what Get saw
};

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_VALUE_STRING_FIXTURE_H_
