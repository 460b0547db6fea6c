// Which names and permission texts are good ones. Pure.
#ifndef FMMQ_FORMAT_NAMES_H_
#define FMMQ_FORMAT_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fmmq/base/result.h"

namespace fmmq {

// A named segment's file is /dev/shm/fmmq.<name>.
inline constexpr std::string_view kFilePrefix = "fmmq.";
inline constexpr size_t kMaxNameBytes = 255 - kFilePrefix.size();

namespace format {

// 1 to kMaxNameBytes bytes without '/' and NUL: kBadName, kNameTooLong.
Status CheckName(std::string_view name);
// 1 to kMaxGroupNameBytes bytes without NUL: kBadName, kNameTooLong.
Status CheckGroupName(std::string_view name);
// 0 to kMaxIdBytes bytes of any value: kNameTooLong.
Status CheckId(std::string_view id);

}  // namespace format

// "rwxr-x---" to 0750. Nine characters, each the letter of its place or '-'; else kInvalidArgument.
Result<uint32_t> ParsePermissions(std::string_view text);

}  // namespace fmmq

#endif  // FMMQ_FORMAT_NAMES_H_
