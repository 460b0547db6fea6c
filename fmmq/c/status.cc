#include "fmmq/base/status.h"

#include "fmmq/base/version.h"
#include "fmmq/c/status.h"

extern "C" {

const char* fmmq_status_name(int status) { return fmmq::CodeName(static_cast<fmmq::Code>(status)); }
const char* fmmq_status_message(int status) {
  return fmmq::CodeMessage(static_cast<fmmq::Code>(status));
}

const char* fmmq_library_version(void) { return fmmq::LibraryVersion(); }
uint32_t fmmq_format_version(void) { return fmmq::FormatVersion(); }
}
