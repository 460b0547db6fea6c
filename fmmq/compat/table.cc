#include "fmmq/compat/table.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <utility>

namespace fmmq::compat {
namespace {

struct Entry {
  Entry(Queue queue, Connection::Origin origin) : connection(std::move(queue), origin) {}

  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  Connection connection;
};

std::atomic<int> g_count{0};
std::atomic<Entry*> g_entries[kMaxConnections];
pthread_once_t g_fork_handler = PTHREAD_ONCE_INIT;

// In a child there is only the thread that forked: whoever else held a mutex is not there to give
// it back, and what it was in the middle of belongs to handles that the child gives up anyway.
void UnlockAllInChild() {
  for (std::atomic<Entry*>& place : g_entries) {
    Entry* const entry = place.load(std::memory_order_acquire);
    if (entry != nullptr) pthread_mutex_init(&entry->mutex, nullptr);
  }
}

void InstallForkHandler() { pthread_atfork(nullptr, nullptr, UnlockAllInChild); }

// A number that nobody else gets; -1 when all are taken.
int TakeNumber() {
  int number = g_count.load(std::memory_order_relaxed);
  while (number < kMaxConnections) {
    if (g_count.compare_exchange_weak(number, number + 1, std::memory_order_relaxed)) return number;
  }
  return -1;
}

}  // namespace

int AddConnection(Queue queue, Connection::Origin origin) {
  pthread_once(&g_fork_handler, InstallForkHandler);
  void* const memory = std::malloc(sizeof(Entry));
  if (memory == nullptr) {
    errno = ENOMEM;
    return -1;
  }
  const int number = TakeNumber();
  if (number < 0) {
    std::free(memory);
    errno = EMFILE;
    return -1;
  }
  auto* const entry = new (memory) Entry(std::move(queue), origin);
  g_entries[number].store(entry, std::memory_order_release);
  return number;
}

LockedConnection::LockedConnection(int number) {
  if (number < 0 || number >= kMaxConnections) return;
  Entry* const entry = g_entries[number].load(std::memory_order_acquire);
  if (entry == nullptr) return;
  mutex_ = &entry->mutex;
  pthread_mutex_lock(mutex_);
  connection_ = &entry->connection;
}

LockedConnection::~LockedConnection() {
  if (mutex_ != nullptr) pthread_mutex_unlock(mutex_);
}

}  // namespace fmmq::compat
