// Which fmmq this is.
#ifndef FMMQ_BASE_VERSION_H_
#define FMMQ_BASE_VERSION_H_

#include <cstdint>

namespace fmmq {

// Of these headers.
inline constexpr char kLibraryVersion[] = "0.1.0";
inline constexpr uint32_t kFormatVersion = 1;

// Of the library that was linked.
const char* LibraryVersion();
uint32_t FormatVersion();

}  // namespace fmmq

#endif  // FMMQ_BASE_VERSION_H_
