// Types of flags that the standard ones do not cover.
#ifndef FMMQ_TOOLS_FLAG_TYPES_H_
#define FMMQ_TOOLS_FLAG_TYPES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "fmmq/fmmq.h"

namespace fmmq {

// Found by Abseil through the type's namespace: "lossless", "overwrite", "compat".
bool AbslParseFlag(absl::string_view text, Policy* policy, std::string* error);
std::string AbslUnparseFlag(Policy policy);

namespace tools {

// A number of bytes: 4096, 64KiB, 4MiB, 1GiB, in any case, also as 64K, 4M, 1G. Units of 1000 are
// refused rather than guessed at.
struct ByteSize {
  uint64_t bytes = 0;
};
bool AbslParseFlag(absl::string_view text, ByteSize* size, std::string* error);
std::string AbslUnparseFlag(ByteSize size);

// A file's permissions, "rw-r-----" or 0640.
struct Permissions {
  uint32_t mode = 0;
};
bool AbslParseFlag(absl::string_view text, Permissions* permissions, std::string* error);
std::string AbslUnparseFlag(Permissions permissions);

}  // namespace tools
}  // namespace fmmq

#endif  // FMMQ_TOOLS_FLAG_TYPES_H_
