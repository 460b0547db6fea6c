// Discovery asks the C library for no memory. Its allocator is replaced here by one that counts.
#include <atomic>
#include <cstddef>
#include <string>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/names.h"
#include "tests/support/statuses.h"

namespace {
std::atomic<int> allocations{0};
}

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);

void* malloc(size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  ++allocations;
  return __libc_realloc(old, size);
}
}

namespace fmmq {
namespace {

TEST(AllocationTest, TheCounterCounts) {
  const int before = allocations;
  const std::string text(1000, 'x');
  EXPECT_GT(allocations, before);
}

TEST(AllocationTest, DiscoveryMakesNone) {
  const std::string id = test::UniqueName();
  const Result<Queue> made = Queue::CreateAnonymous(id);
  ASSERT_TRUE(test::Ok(made));
  MatchInfo matches[8];
  const int before = allocations;
  const Result<size_t> found = Queue::FindAnonymous("allocation_test", id, matches, 8);
  const Result<Queue> by_program = Queue::Connect("allocation_test", id);
  const Result<Queue> by_pid = Queue::ConnectPid(matches[0].pid, id, Access::kReadOnly);
  const Result<Queue> missing = Queue::Connect("allocation_test", "no such id");
  const int after = allocations;
  EXPECT_EQ(after, before);
  EXPECT_EQ(*found, 1u);
  EXPECT_TRUE(test::Ok(by_program));
  EXPECT_TRUE(test::Ok(by_pid));
  EXPECT_EQ(missing.code(), Code::kNotFound);
}

}  // namespace
}  // namespace fmmq
