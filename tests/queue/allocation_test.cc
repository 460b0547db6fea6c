// Counts what the library allocates from the first call to the last: nothing. No test framework
// here, and a heap that never frees, so that every request is seen.
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "fmmq/fmmq.h"

namespace {

std::atomic<uint64_t> g_requests{0};
alignas(16) char g_heap[1 << 20];
std::atomic<size_t> g_used{0};

// {size: 16 bytes, the memory}.
void* Take(size_t size, size_t alignment = 16) {
  g_requests.fetch_add(1);
  const size_t padded = (size + 15) / 16 * 16 + 16 + alignment;
  const size_t at = g_used.fetch_add(padded);
  if (at + padded > sizeof(g_heap)) return nullptr;
  auto address = reinterpret_cast<uintptr_t>(g_heap + at + 16);
  address = (address + alignment - 1) / alignment * alignment;
  std::memcpy(reinterpret_cast<char*>(address) - 16, &size, sizeof(size));
  return reinterpret_cast<void*>(address);
}

}  // namespace

extern "C" {
void* malloc(size_t size) { return Take(size); }
void free(void*) {}
void* calloc(size_t count, size_t size) { return Take(count * size); }  // the heap is zero
void* memalign(size_t alignment, size_t size) { return Take(size, alignment); }
void* aligned_alloc(size_t alignment, size_t size) { return Take(size, alignment); }
int posix_memalign(void** out, size_t alignment, size_t size) {
  *out = Take(size, alignment);
  return *out == nullptr ? ENOMEM : 0;
}
void* realloc(void* old, size_t size) {
  void* const fresh = Take(size);
  if (old == nullptr || fresh == nullptr) return fresh;
  size_t before;
  std::memcpy(&before, static_cast<char*>(old) - 16, sizeof(before));
  return std::memcpy(fresh, old, before < size ? before : size);
}
}

void* operator new(size_t size) { return Take(size); }
void* operator new[](size_t size) { return Take(size); }
void operator delete(void*) noexcept {}
void operator delete[](void*) noexcept {}
void operator delete(void*, size_t) noexcept {}
void operator delete[](void*, size_t) noexcept {}

namespace fmmq {
namespace {

int g_failures = 0;

void Expect(bool condition, const char* what) {
  if (condition) return;
  ++g_failures;
  std::fprintf(stderr, "failed: %s\n", what);
}

void ExpectCode(Status status, Code code, const char* what) {
  Expect(status.code() == code, what);
  Expect(status.message()[0] != '\0', what);
}

void PassMessages(Queue& queue) {
  Producer producer = *queue.NewProducer();
  Consumer consumer = *queue.Join();
  Observer observer = *queue.Observe(From::kOldest);
  char buffer[100];
  for (int i = 0; i < 1000; ++i) {
    ExpectCode(producer.TryWrite("message"), Code::kOk, "write");
    Expect(consumer.TryRead(buffer)->size == 7, "read");
    Expect(observer.TryRead(buffer)->size == 7, "observe");
  }
  const ConstBytes batch[] = {"one", "two", "three"};
  Expect(*producer.TryWriteBatch(batch, 3) == 3, "write batch");
  Expect(*consumer.TryPeekBatch(5) == 3, "peek batch");
  Expect(consumer.Next()->bytes.size() == 3, "next");
  ExpectCode(consumer.Release(), Code::kOk, "release batch");
  ExpectCode(producer.TryReserve(50).status(), Code::kOk, "reserve");
  ExpectCode(producer.Commit(5), Code::kOk, "commit");
  Expect(consumer.TryPeek()->bytes.size() == 5, "peek");
  ExpectCode(consumer.Close(), Code::kOk, "close with a message in hand");
  Consumer heir = *queue.Join();
  Expect(heir.TryRead(buffer)->redelivered, "redelivery");
  while (producer.TryWrite("fill").ok()) continue;
  for (int i = 0; i < 100; ++i) ExpectCode(producer.TryWrite(""), Code::kFull, "full");
}

void Refuse(Queue& queue, const char* name) {
  ExpectCode(Queue::Create(name).status(), Code::kAlreadyExists, "create again");
  ExpectCode(Queue::Open("a/b").status(), Code::kBadName, "bad name");
  ExpectCode(Queue::Open("fmmq test, not there").status(), Code::kNotFound, "not found");
  ExpectCode(queue.LetWritersOverwrite(), Code::kNotSupported, "switch");
}

// Calls that wait, and the shared string.
void Wait(Queue& queue) {
  Producer producer = *queue.NewProducer();
  Consumer consumer = *queue.Join("waiting", {});
  char buffer[100];
  const auto soon = [] { return Deadline::In(std::chrono::milliseconds(1)); };
  ExpectCode(consumer.Read(buffer, soon()).status(), Code::kTimeout, "wait for a message");
  ExpectCode(queue.SetString("value", Deadline::Never()), Code::kOk, "set the string");
  Expect(queue.GetString(buffer)->size == 5, "get the string");
  Expect(queue.Presence()->producers == 1, "presence");
}

bool CountName(std::string_view name) { return !name.empty(); }

void FromCreateToClose(const char* name) {
  Options options;
  options.capacity = 8192;
  options.string_size = 100;
  Queue queue = *Queue::Create(name, options);
  Expect(queue.is_open(), "create");
  Queue again = *Queue::Open(name);
  Expect(again.is_open(), "open");
  ExpectCode(Queue::OpenOrCreate(name).status(), Code::kOk, "open or create");
  ExpectCode(Queue::List(CountName), Code::kOk, "list");
  Expect(queue.Info().segment_bytes == RequiredSize(options), "info");
  GroupInfo groups[4];
  {
    Consumer member = *queue.Join("other", {GroupKind::kExclusive, false, From::kOldest});
    Expect(member.is_open() && queue.Groups(groups, 4) == 2, "join");
  }
  Expect(queue.Groups(groups, 4) == 1, "leave");
  Wait(again);
  PassMessages(again);
  Refuse(queue, name);
  Queue anonymous = *Queue::CreateAnonymous("id", options);
  ExpectCode(Queue::OpenFd(anonymous.fd()).status(), Code::kOk, "open by descriptor");
  ExpectCode(Queue::Remove(name), Code::kOk, "remove");
  ExpectCode(queue.Close(), Code::kOk, "close");
}

}  // namespace
}  // namespace fmmq

int main() {
  // The counter works.
  void* (*volatile request)(size_t) = &malloc;
  fmmq::Expect(request(1) != nullptr && g_requests >= 1, "malloc is counted");
  char name[64];
  const auto unique = static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(name));
  std::snprintf(name, sizeof(name), "test.allocation.%d.%llx", static_cast<int>(getpid()), unique);
  const uint64_t before = g_requests;
  fmmq::FromCreateToClose(name);
  fmmq::Expect(g_requests == before, "nothing is allocated");
  fmmq::Queue::Remove(name).IgnoreError();
  std::printf("%llu allocations, %d failures\n",
              static_cast<unsigned long long>(g_requests - before), fmmq::g_failures);
  return fmmq::g_failures == 0 ? 0 : 1;
}
