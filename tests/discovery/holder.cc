#include "tests/discovery/holder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "fmmq/format/geometry.h"
#include "gtest/gtest.h"

namespace fmmq::test {
namespace {

constexpr char kIdle[] = "tests/discovery/idle";

void Execute(std::vector<std::string> arguments, const std::vector<int>& descriptors) {
  for (const int fd : descriptors) fcntl(fd, F_SETFD, 0);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv(kIdle, pointers.data());
  ADD_FAILURE() << "cannot execute " << kIdle << ": " << std::strerror(errno);
}

// A pipe that the other process closes by executing another program.
Child StartAndWait(const std::vector<std::string>& arguments, const std::vector<int>& descriptors) {
  int ends[2];
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Child child([&] { Execute(arguments, descriptors); });
  close(ends[1]);
  char byte;
  EXPECT_EQ(read(ends[0], &byte, 1), 0);
  close(ends[0]);
  return child;
}

Options SmallOptions() {
  Options options;
  options.capacity = 4096;
  options.seats = 4;
  options.groups = 2;
  return options;
}

}  // namespace

Holder::Holder(std::vector<std::string> arguments, std::vector<int> descriptors)
    : child_(StartAndWait(arguments, descriptors)) {}

void Holder::KillUnreaped() {
  child_.Send(SIGKILL);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(pid()), &info, WEXITED | WNOWAIT);
}

Queue SmallAnonymous(std::string_view id, uint32_t mode) {
  Options options = SmallOptions();
  options.mode = mode;
  Result<Queue> queue = Queue::CreateAnonymous(id, options);
  EXPECT_TRUE(queue.ok()) << queue.status().name();
  return std::move(*queue);
}

int Memfd(const std::string& id, const std::string& content) {
  const int fd = memfd_create(("fmmq." + id).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  EXPECT_EQ(write(fd, content.data(), content.size()), static_cast<ssize_t>(content.size()));
  return fd;
}

std::string SegmentBytes(std::string_view id, void (*change)(format::Header*)) {
  const Options options = SmallOptions();
  const auto page = static_cast<uint32_t>(sysconf(_SC_PAGESIZE));
  format::Geometry geometry;
  EXPECT_TRUE(ComputeGeometry(options, page, &geometry));
  format::Header header;
  FillHeader(options, geometry, page, &header);
  header.flags |= format::kAnonymous;
  header.id_bytes = static_cast<uint32_t>(id.size());
  id.copy(header.id, id.size());
  if (change != nullptr) change(&header);
  SealHeader(&header);
  std::string bytes(geometry.segment_bytes, '\0');
  std::memcpy(bytes.data(), &header, sizeof(header));
  return bytes;
}

void Seal(int fd) {
  EXPECT_EQ(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL), 0);
}

std::vector<MatchInfo> FindAll(std::string_view program, std::string_view id) {
  std::vector<MatchInfo> matches(100);
  const Result<size_t> found = Queue::FindAnonymous(program, id, matches.data(), matches.size());
  matches.resize(*found);
  return matches;
}

bool IsSegment(const MatchInfo& match, const Queue& queue) {
  const QueueInfo info = queue.Info();
  return match.created_ns == info.created_ns &&
         std::memcmp(match.uuid, info.uuid, sizeof(info.uuid)) == 0;
}

bool IsSegment(const Queue& queue, const Queue& other) {
  return queue.is_open() && std::memcmp(queue.Info().uuid, other.Info().uuid, 16) == 0;
}

}  // namespace fmmq::test
