// What ls and stat show about one name.
#ifndef FMMQ_TOOLS_ENTRY_H_
#define FMMQ_TOOLS_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"

namespace fmmq::tools {

struct Entry {
  std::string name;
  Status status;  // of opening it; all that follows is meaningful when it is ok
  QueueInfo info;
  std::vector<GroupInfo> groups;
  uint64_t max_message_size = 0;
  uint32_t mode = 0;  // the file's permissions
  uint32_t owner = 0;
  // Of LookClosely only:
  Result<PresenceInfo> presence = Code::kNotSupported;
  Result<StringInfo> string = Code::kNotSupported;  // kNotSupported: the queue has none
};

// Opens the segment, looks, and closes it. Takes no seat.
Entry LookAt(const std::string& name);
// The same, and asks the kernel who lives, which takes some hundred system calls.
Entry LookClosely(const std::string& name);

// JSON texts. Bytes that are not UTF-8 become U+FFFD.
std::string ListJson(const std::vector<Entry>& entries);
std::string EntryJson(const Entry& entry);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_ENTRY_H_
