#include "fmmq/compat/fastmmapmq.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "fmmq/compat/connection.h"
#include "fmmq/compat/table.h"
#include "fmmq/compat/text.h"
#include "fmmq/format/names.h"

namespace fmmq::compat {
namespace {

int ErrnoOf(Status status) {
  if (status.error() != 0) return status.error();
  switch (status.code()) {
    case Code::kFull:
    case Code::kBusy:
    case Code::kNoSeat:
      return EAGAIN;
    case Code::kTimeout:
      return ETIMEDOUT;
    case Code::kEndOfStream:
      return EPIPE;
    case Code::kInvalidArgument:
      return EINVAL;
    case Code::kNameTooLong:
      return ENAMETOOLONG;
    case Code::kTooLarge:
      return EMSGSIZE;
    case Code::kNotSupported:
      return ENOTSUP;
    case Code::kClosed:
      return EBADF;
    case Code::kReadOnly:
    case Code::kPermissionDenied:
      return EACCES;
    case Code::kNotFound:
      return ENOENT;
    case Code::kNoMemory:
      return ENOMEM;
    default:
      return EPROTO;  // the segment is damaged, or of another kind
  }
}

// Whatever the calls below do to errno on the way: a success leaves it as it was.
class Errno {
 public:
  Errno() : before_(errno) {}
  int Return(Status status) const {
    errno = status.ok() ? before_ : ErrnoOf(status);
    return status.ok() ? 0 : -1;
  }
  // The text, which is empty after an error at its beginning.
  char* Return(Status status, Text* text) const {
    const bool fine = status.ok() || text->size() != 0;
    char* const result = text->Take();
    errno = result == nullptr ? ENOMEM : fine ? before_ : ErrnoOf(status);
    return result;
  }
  // A new connection's number.
  int Return(Result<Queue> queue, Connection::Origin origin) const {
    if (!queue.ok()) return Return(queue.status());
    const int number = AddConnection(*std::move(queue), origin);
    if (number >= 0) errno = before_;
    return number;
  }

 private:
  int before_;
};

// Calls `call(connection)`, or says that there is none.
template <typename Call>
Status With(int queue, Call&& call) {
  const LockedConnection locked(queue);
  return locked.get() != nullptr ? call(*locked.get()) : Status(Code::kClosed);
}

}  // namespace
}  // namespace fmmq::compat

using namespace fmmq;          // NOLINT: the functions below are C's
using namespace fmmq::compat;  // NOLINT

extern "C" {

int fastmmapmq_createmmap(char* id, char* permissions, int /*locking*/) {
  const Errno result;
  if (id == nullptr || permissions == nullptr) return result.Return(Status(Code::kInvalidArgument));
  const Result<uint32_t> mode = ParsePermissions(permissions);
  if (!mode.ok()) return result.Return(mode.status());
  return result.Return(Queue::CreateAnonymous(id, QueueOptions(*mode)),
                       Connection::Origin::kCreated);
}

int fastmmapmq_connectmmap(char* program, char* id) {
  const Errno result;
  if (program == nullptr || id == nullptr) return result.Return(Status(Code::kInvalidArgument));
  return result.Return(Queue::Connect(program, id), Connection::Origin::kConnected);
}

int fastmmapmq_writemmap(int queue, char* text) {
  const Errno result;
  if (text == nullptr) return result.Return(Status(Code::kInvalidArgument));
  return result.Return(With(queue, [text](Connection& c) { return c.Write(text); }));
}

char* fastmmapmq_readmmap(int queue, int mode) {
  const Errno result;
  Text text;
  Status status = Code::kInvalidArgument;
  if (mode == 0 || mode == 1) {
    status = With(queue, [mode, &text](Connection& c) {
      return mode == 0 ? c.ReadUnconsumed(&text) : c.ReadNew(&text);
    });
  }
  return result.Return(status, &text);
}

char* fastmmapmq_getsharedstring(int queue) {
  const Errno result;
  Text text;
  const Status status = With(queue, [&text](Connection& c) { return c.GetString(&text); });
  return result.Return(status, &text);
}

int fastmmapmq_writesharedstring(int queue, char* text) {
  const Errno result;
  if (text == nullptr) return result.Return(Status(Code::kInvalidArgument));
  const ConstBytes value(text, std::strlen(text));
  return result.Return(With(queue, [value](Connection& c) { return c.SetString(value); }));
}

char* fastmmapmq_getsharedstring_withsize(int queue, int size) {
  const Errno result;
  const size_t wanted = size < 0 ? 0 : static_cast<size_t>(size);
  auto* const bytes = static_cast<char*>(std::calloc(wanted + 1, 1));
  if (bytes == nullptr) {
    errno = ENOMEM;
    return nullptr;
  }
  Text text;
  Status status = Code::kInvalidArgument;
  if (size >= 0) status = With(queue, [&text](Connection& c) { return c.GetString(&text); });
  const size_t both = text.size() < wanted ? text.size() : wanted;
  if (both != 0) std::memcpy(bytes, text.data(), both);
  result.Return(status);
  return bytes;
}

int fastmmapmq_writesharedstring_withsize(int queue, char* bytes, int size) {
  const Errno result;
  if (size < 0 || (bytes == nullptr && size != 0)) {
    return result.Return(Status(Code::kInvalidArgument));
  }
  const ConstBytes value(bytes, static_cast<size_t>(size));
  return result.Return(With(queue, [value](Connection& c) { return c.SetString(value); }));
}
}
