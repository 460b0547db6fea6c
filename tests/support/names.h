// Segment names that no other test uses, in this sandbox or another one, and their removal.
#ifndef FMMQ_TESTS_SUPPORT_NAMES_H_
#define FMMQ_TESTS_SUPPORT_NAMES_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace fmmq::test {

// What all names of this test program begin with. (Process ids alone do not do: sandboxes have
// process namespaces of their own and share /dev/shm.)
const std::string& NamePrefix();
std::string UniqueName();

// "/dev/shm/fmmq.<name>".
std::string SegmentPath(const std::string& name);
bool FileExists(const std::string& path);

// Names of this test program's segment files, sorted, without the "fmmq." before them.
std::vector<std::string> OwnSegments();

// A name for one test. Whatever has the name goes with it, in the process that made it only.
class ScopedName {
 public:
  ScopedName();
  explicit ScopedName(std::string name);
  ScopedName(const ScopedName&) = delete;
  ScopedName& operator=(const ScopedName&) = delete;
  ~ScopedName();

  const std::string& get() const { return name_; }
  operator const std::string&() const { return name_; }  // NOLINT: stands for its name
  std::string path() const { return SegmentPath(name_); }

 private:
  std::string name_;
  pid_t owner_;
};

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_NAMES_H_
