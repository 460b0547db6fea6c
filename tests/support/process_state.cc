#include "tests/support/process_state.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>

#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/statuses.h"

namespace fmmq::test {
namespace {

bool WriteFile(const char* path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  return file.good();
}

// A mount namespace of its own; who is not root takes a user namespace with it.
bool UnshareMounts() {
  const std::string user = std::to_string(geteuid());
  const std::string group = std::to_string(getegid());
  if (unshare(CLONE_NEWNS) == 0) return true;
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  return WriteFile("/proc/self/setgroups", "deny") &&
         WriteFile("/proc/self/uid_map", user + " " + user + " 1") &&
         WriteFile("/proc/self/gid_map", group + " " + group + " 1");
}

void ExpectFailure(Code code, int error, const std::function<Status()>& call) {
  const Holdings before = CurrentHoldings();
  const Status status = call();
  const Holdings after = CurrentHoldings();
  EXPECT_EQ(status.code(), code);
  EXPECT_EQ(status.error(), error);
  EXPECT_EQ(before.descriptors, after.descriptors);
  EXPECT_EQ(before.mappings, after.mappings);
  EXPECT_EQ(before.files, after.files);
}

}  // namespace

int CountDescriptors() {
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) return -1;
  int count = 0;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

std::vector<std::string> SegmentMappings() {
  std::vector<std::string> lines;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const bool shared = line.find("/dev/shm/") != std::string::npos;
    if (shared || line.find("/memfd:") != std::string::npos) lines.push_back(line);
  }
  return lines;
}

Holdings CurrentHoldings() { return {CountDescriptors(), SegmentMappings(), OwnSegments()}; }

void ExpectCleanFailure(Code code, int error, const std::function<Status()>& call) {
  const ChildResult result = RunInChild([&] { ExpectFailure(code, error, call); });
  EXPECT_TRUE(Succeeded(result));
  EXPECT_EQ(result.output, "");
}

bool DropRights() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  return syscall(SYS_capset, &header, none) == 0;
}

bool MountPrivateShm(const std::string& mount_options) {
  return UnshareMounts() && mount(nullptr, "/dev/shm", nullptr, MS_PRIVATE, nullptr) == 0 &&
         mount("tmpfs", "/dev/shm", "tmpfs", 0, mount_options.c_str()) == 0;
}

}  // namespace fmmq::test
