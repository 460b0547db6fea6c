#include "fmmq/os/error.h"

#include <cerrno>

namespace fmmq::os {

Status FromErrno(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return {Code::kPermissionDenied, error};
    case ENOENT:
    case ESRCH:
      return {Code::kNotFound, error};
    case EEXIST:
      return {Code::kAlreadyExists, error};
    case ENOSPC:
    case EDQUOT:
      return {Code::kNoSpace, error};
    case ENOMEM:
      return {Code::kNoMemory, error};
    default:
      return {Code::kSystem, error};
  }
}

}  // namespace fmmq::os
