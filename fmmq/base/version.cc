#include "fmmq/base/version.h"

namespace fmmq {

const char* LibraryVersion() { return kLibraryVersion; }
uint32_t FormatVersion() { return kFormatVersion; }

}  // namespace fmmq
