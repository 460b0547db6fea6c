#include "tools/exit_code.h"

#include <cerrno>

namespace fmmq::tools {

ExitCode ToExitCode(Code code) {
  switch (code) {
    case Code::kOk:
      return kExitDone;
    case Code::kInvalidArgument:
    case Code::kBadName:
    case Code::kNameTooLong:
    case Code::kTooLarge:
    case Code::kBufferTooSmall:
    case Code::kNotSupported:
    case Code::kEndOfStream:
      return kExitUsage;
    case Code::kNotFound:
      return kExitNotFound;
    case Code::kPermissionDenied:
    case Code::kReadOnly:
      return kExitPermission;
    case Code::kEmpty:
    case Code::kFull:
    case Code::kBusy:
    case Code::kTimeout:
      return kExitTime;
    case Code::kNotASegment:
    case Code::kVersionMismatch:
    case Code::kBadChecksum:
    case Code::kBadGeometry:
    case Code::kSizeMismatch:
    case Code::kCorrupt:
      return kExitDamaged;
    case Code::kAlreadyExists:
    case Code::kNoSeat:
    case Code::kNoGroup:
    case Code::kGroupMismatch:
    case Code::kTaken:
      return kExitTaken;
    default:
      // The system's refusals, and misuse of a handle, which would be a mistake of this command.
      return kExitSystem;
  }
}

ExitCode ErrnoToExitCode(int error) {
  switch (error) {
    case ENOENT:
      return kExitNotFound;
    case EACCES:
    case EPERM:
      return kExitPermission;
    default:
      return kExitSystem;
  }
}

const char* ExitCodeHelp() {
  return "  0    done\n"
         "  1    wrong usage: arguments, flags, names, a message that can never be taken,\n"
         "       a queue that cannot do it (no shared string; its stream has ended)\n"
         "  2    no such queue or file\n"
         "  3    permission denied\n"
         "  4    fewer than --count messages came, or no room, in the given time\n"
         "  5    not an fmmq segment, or a damaged one\n"
         "  6    taken: the name exists, or no seat, group or place in one is left\n"
         "  7    the system refused: memory, space, input, output\n"
         "  130, 143    SIGINT or SIGTERM came before the work was done\n";
}

}  // namespace fmmq::tools
