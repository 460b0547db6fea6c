// The process's connections by number. They are never closed: the predecessor has no call for it.
#ifndef FMMQ_COMPAT_TABLE_H_
#define FMMQ_COMPAT_TABLE_H_

#include <pthread.h>

#include "fmmq/compat/connection.h"

namespace fmmq::compat {

inline constexpr int kMaxConnections = 4096;

// The number of a new connection; -1 with errno EMFILE or ENOMEM.
int AddConnection(Queue queue, Connection::Origin origin);

// A connection, locked until this goes out of scope. Threads take turns; a forked child finds all
// of them unlocked.
class LockedConnection {
 public:
  explicit LockedConnection(int number);
  ~LockedConnection();
  LockedConnection(const LockedConnection&) = delete;
  LockedConnection& operator=(const LockedConnection&) = delete;

  // Null when there is none with this number.
  Connection* get() const { return connection_; }

 private:
  Connection* connection_ = nullptr;
  pthread_mutex_t* mutex_ = nullptr;
};

}  // namespace fmmq::compat

#endif  // FMMQ_COMPAT_TABLE_H_
