// errno to status.
#ifndef FMMQ_OS_ERROR_H_
#define FMMQ_OS_ERROR_H_

#include "fmmq/base/status.h"

namespace fmmq::os {

Status FromErrno(int error);

}  // namespace fmmq::os

#endif  // FMMQ_OS_ERROR_H_
