#include "fmmq/queue/connect.h"

#include "fmmq/discovery/discovery.h"
#include "fmmq/queue/queue.h"

namespace fmmq {
namespace {

constexpr size_t kMaxTried = 64;
// Each time all that was found may end before it is opened.
constexpr int kMaxSearches = 4;

Result<Queue> ConnectTo(const MatchInfo& match, Access access) {
  const Result<os::UniqueFd> file = discovery::Open(match);
  if (!file.ok()) return file.status();
  return Queue::OpenFd(file->get(), access);
}

Result<Queue> FindAndConnect(std::string_view program, std::string_view id, int pid,
                             Access access) {
  Result<Queue> queue = Code::kNotFound;
  for (int i = 0; i < kMaxSearches && queue.code() == Code::kNotFound; ++i) {
    MatchInfo matches[kMaxTried];
    const Result<size_t> found = discovery::Find(program, id, pid, matches, kMaxTried);
    if (!found.ok()) return found.status();
    queue = internal::ConnectToFirst(matches, *found, access);
  }
  return queue;
}

}  // namespace

Result<Queue> internal::ConnectToFirst(const MatchInfo* matches, size_t count, Access access) {
  Status refusal = Code::kNotFound;
  for (size_t i = 0; i < count; ++i) {
    Result<Queue> queue = ConnectTo(matches[i], access);
    // What this process lacks, it lacks for the next one too.
    const bool lacking = queue.code() == Code::kNoMemory || queue.code() == Code::kSystem;
    if (queue.ok() || lacking) return queue;
    const bool gone = queue.code() == Code::kNotFound;
    if (!gone && refusal.code() == Code::kNotFound) refusal = queue.status();
  }
  return refusal;
}

Result<Queue> Queue::Connect(std::string_view program, std::string_view id, Access access) {
  return FindAndConnect(program, id, 0, access);
}

Result<Queue> Queue::ConnectPid(int pid, std::string_view id, Access access) {
  if (pid < 1) return Code::kInvalidArgument;
  return FindAndConnect({}, id, pid, access);
}

Result<size_t> Queue::FindAnonymous(std::string_view program, std::string_view id,
                                    MatchInfo* matches, size_t max) {
  return discovery::Find(program, id, 0, matches, max);
}

}  // namespace fmmq
