// What a process holds, and what it may do.
#ifndef FMMQ_TESTS_SUPPORT_PROCESS_STATE_H_
#define FMMQ_TESTS_SUPPORT_PROCESS_STATE_H_

#include <functional>
#include <string>
#include <vector>

#include "fmmq/base/status.h"

namespace fmmq::test {

// Everything that a failed call could leave behind.
struct Holdings {
  int descriptors = 0;
  std::vector<std::string> mappings;  // of segments, as /proc/self/maps says it
  std::vector<std::string> files;     // OwnSegments

  friend bool operator==(const Holdings& a, const Holdings& b) {
    return a.descriptors == b.descriptors && a.mappings == b.mappings && a.files == b.files;
  }
};
Holdings CurrentHoldings();
int CountDescriptors();
// Lines of /proc/self/maps that name a file in /dev/shm or a memfd.
std::vector<std::string> SegmentMappings();

// Makes `call` in a child process: it must return `code` and `error`, print nothing, and leave
// no descriptor, no mapping and no file behind.
void ExpectCleanFailure(Code code, int error, const std::function<Status()>& call);

// The functions below change the process for good: use them in children.

// Another user, where this process may become one, and no capability in any case.
bool DropRights();
// A /dev/shm of its own, with these mount options of tmpfs ("size=1m"), empty.
bool MountPrivateShm(const std::string& mount_options);

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_PROCESS_STATE_H_
