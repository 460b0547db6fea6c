// Processes with chosen command lines and descriptors, for others to find.
#ifndef FMMQ_TESTS_DISCOVERY_HOLDER_H_
#define FMMQ_TESTS_DISCOVERY_HOLDER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fmmq/fmmq.h"
#include "fmmq/format/layout.h"
#include "tests/support/child.h"

namespace fmmq::test {

// A process with these arguments, the program's name among them, that has standard streams and
// these descriptors open, under the same numbers as here.
class Holder {
 public:
  Holder(std::vector<std::string> arguments, std::vector<int> descriptors);
  Holder(std::string program, const Queue& queue) : Holder({std::move(program)}, {queue.fd()}) {}

  pid_t pid() const { return child_.pid(); }
  // kill -9, and gone when this returns.
  void Kill() { child_.Kill(); }
  // The same, but its parent has not waited for it: a zombie.
  void KillUnreaped();

 private:
  Child child_;
};

// Of the smallest size there is.
Queue SmallAnonymous(std::string_view id, uint32_t mode = 0600);

// A memfd that is named as a segment with this id, and is as long as its content.
int Memfd(const std::string& id, const std::string& content);
// What a good anonymous segment's memfd holds; `change` may spoil the header, which is then sealed
// with a good checksum.
std::string SegmentBytes(std::string_view id, void (*change)(format::Header*) = nullptr);
void Seal(int fd);

std::vector<MatchInfo> FindAll(std::string_view program, std::string_view id);
bool IsSegment(const MatchInfo& match, const Queue& queue);
bool IsSegment(const Queue& queue, const Queue& other);

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_DISCOVERY_HOLDER_H_
