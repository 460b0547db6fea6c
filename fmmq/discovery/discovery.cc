#include "fmmq/discovery/discovery.h"

#include <cstring>
#include <utility>

#include "fmmq/discovery/proc_text.h"
#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"
#include "fmmq/format/names.h"
#include "fmmq/os/directory.h"
#include "fmmq/os/proc.h"

namespace fmmq::discovery {
namespace {

constexpr size_t kPieceBytes = 4096;
// The kernel gives arguments and environment at most 6 MiB, but a process can point its command
// line at any memory of its own.
constexpr size_t kMaxCommandLineBytes = size_t{6} << 20;

// Other processes' affairs, which end no search; the rest is trouble of our own.
bool IsTheirs(Status status) {
  return status.ok() || status.code() == Code::kNotFound ||
         status.code() == Code::kPermissionDenied;
}

// What a process has open under a number, as far as its link says.
class Link {
 public:
  Link(int descriptors, int number) {
    const Result<size_t> size = os::ReadDescriptorLink(descriptors, number, text_, sizeof(text_));
    status_ = size.status();
    ours_ = size.ok() && ReadsAsSegment({text_, *size}, &label_);
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  Status status() const { return status_; }
  bool ours() const { return ours_; }
  std::string_view label() const { return label_; }

 private:
  Status status_;
  bool ours_ = false;
  std::string_view label_;
  char text_[kMaxLinkBytes + 1];  // one more: a text that was cut is too long to be ours
};

// Reads the header once, and says whether it is that of an anonymous segment that can be attached.
// `wanted(header)` is asked first: it is the cheaper question.
template <typename Wanted>
bool ReadHeader(int fd, format::Header* header, Wanted&& wanted) {
  const Result<os::FileFacts> facts = os::Facts(fd);
  if (!facts.ok() || !os::ReadAt(fd, 0, header, sizeof(*header)).ok()) return false;
  if ((header->flags & format::kAnonymous) == 0 || !wanted(*header)) return false;
  format::Geometry geometry;
  return CheckHeader(*header, facts->bytes, &geometry).ok() && os::CheckSeals(fd).ok();
}

// Reads a process's command line until the program is found in it.
Status ReadCommandLine(int process, ProgramMatcher* matcher) {
  matcher->Begin();
  if (matcher->found()) return Code::kOk;
  const Result<os::UniqueFd> file = os::OpenCommandLine(process);
  if (!file.ok()) return file.status();
  char piece[kPieceBytes];
  for (size_t total = 0; total < kMaxCommandLineBytes;) {
    const Result<size_t> got = os::ReadNext(file->get(), piece, sizeof(piece));
    if (!got.ok() || *got == 0) return got.status();
    if (matcher->Feed({piece, *got})) break;
    total += *got;
  }
  return Code::kOk;
}

// Whether a process that denied us something has merely ended: the kernel does not tell the two
// apart there, but a process without memory has an empty command line, or none. (So does a thread
// of the kernel, which has nothing of ours.)
bool HasEnded(int process) {
  const Result<os::UniqueFd> file = os::OpenCommandLine(process);
  if (!file.ok()) return file.code() == Code::kNotFound;
  char byte;
  const Result<size_t> got = os::ReadNext(file->get(), &byte, 1);
  return got.ok() ? *got == 0 : got.code() == Code::kNotFound;
}

bool SameUuid(const MatchInfo& match, const uint8_t* uuid) {
  return std::memcmp(match.uuid, uuid, sizeof(match.uuid)) == 0;
}

bool GoesBefore(const MatchInfo& a, const MatchInfo& b) {
  return a.created_ns != b.created_ns ? a.created_ns > b.created_ns : a.pid < b.pid;
}

// The best matches so far, sorted.
class MatchList {
 public:
  MatchList(MatchInfo* matches, size_t max) : matches_(matches), max_(max) {}

  bool found() const { return found_; }
  size_t size() const { return size_; }

  void Add(const MatchInfo& match) {
    found_ = true;
    size_t at = 0;
    while (at < size_ && !SameUuid(matches_[at], match.uuid)) ++at;
    if (at < size_) {
      if (!GoesBefore(match, matches_[at])) return;
    } else if (size_ < max_) {
      ++size_;
    } else if (max_ == 0 || !GoesBefore(match, matches_[--at])) {
      return;
    }
    // The place `at` is free: what goes after the match moves into it.
    for (; at > 0 && GoesBefore(match, matches_[at - 1]); --at) matches_[at] = matches_[at - 1];
    matches_[at] = match;
  }

 private:
  MatchInfo* matches_;
  size_t max_;
  size_t size_ = 0;
  bool found_ = false;
};

class Search {
 public:
  Search(std::string_view id, MatchInfo* matches, size_t max) : id_(id), list_(matches, max) {}

  Status SetProgram(std::string_view program) { return matcher_.SetProgram(program); }

  // Both end early only with trouble of our own.
  Status LookEverywhere(os::UniqueFd proc);
  Status LookInto(int proc, int pid);

  Result<size_t> Outcome() const {
    if (list_.found()) return list_.size();
    return denied_;
  }

 private:
  Status LookThrough(int process, int pid);
  Status LookAt(int descriptors, int number, int pid);
  bool HasId(const format::Header& header) const {
    return header.id_bytes == id_.size() && std::string_view(header.id, id_.size()) == id_;
  }

  std::string_view id_;
  MatchList list_;
  Status denied_ = Code::kNotFound;
  ProgramMatcher matcher_;
};

Status Search::LookEverywhere(os::UniqueFd proc) {
  os::DirectoryReader processes(std::move(proc));
  std::string_view name;
  while (processes.Next(&name)) {
    int pid;
    if (!ParseNumber(name, &pid)) continue;
    if (const Status status = LookInto(processes.fd(), pid); !status.ok()) return status;
  }
  return processes.status();
}

Status Search::LookInto(int proc, int pid) {
  const Result<os::UniqueFd> process = os::OpenProcess(proc, pid);
  Status status = process.status();
  if (status.ok()) status = ReadCommandLine(process->get(), &matcher_);
  if (!status.ok()) return IsTheirs(status) ? Status() : status;
  if (!matcher_.found()) return Code::kOk;
  status = LookThrough(process->get(), pid);
  if (!IsTheirs(status)) return status;
  if (status.code() == Code::kPermissionDenied && !HasEnded(process->get())) denied_ = status;
  return Code::kOk;
}

Status Search::LookThrough(int process, int pid) {
  Result<os::UniqueFd> directory = os::OpenDescriptors(process);
  if (!directory.ok()) return directory.status();
  os::DirectoryReader descriptors(std::move(*directory));
  Status denied;
  std::string_view name;
  while (descriptors.Next(&name)) {
    int number;
    if (!ParseNumber(name, &number)) continue;
    const Status status = LookAt(descriptors.fd(), number, pid);
    if (!IsTheirs(status)) return status;
    if (status.code() == Code::kPermissionDenied) denied = status;
  }
  return descriptors.status().ok() ? denied : descriptors.status();
}

Status Search::LookAt(int descriptors, int number, int pid) {
  const Link link(descriptors, number);
  if (!link.ours()) return link.status();
  const Result<os::UniqueFd> file = os::OpenDescriptor(descriptors, number);
  if (file.code() == Code::kPermissionDenied && !LabelFits(link.label(), id_)) return Code::kOk;
  if (!file.ok()) return file.status();
  format::Header header;
  const auto wanted = [this](const format::Header& h) { return HasId(h); };
  if (!ReadHeader(file->get(), &header, wanted)) return Code::kOk;
  MatchInfo match;
  match.pid = pid;
  match.fd = number;
  match.created_ns = header.created_ns;
  std::memcpy(match.uuid, header.uuid, sizeof(match.uuid));
  list_.Add(match);
  return Code::kOk;
}

Result<os::UniqueFd> OpenIn(int process, const MatchInfo& match) {
  const Result<os::UniqueFd> descriptors = os::OpenDescriptors(process);
  if (!descriptors.ok()) return descriptors.status();
  const Link link(descriptors->get(), match.fd);
  if (!link.status().ok()) return link.status();
  if (!link.ours()) return Code::kNotFound;
  Result<os::UniqueFd> file = os::OpenDescriptor(descriptors->get(), match.fd);
  if (!file.ok()) return file.status();
  format::Header header;
  const auto same = [&match](const format::Header& h) { return SameUuid(match, h.uuid); };
  if (!ReadHeader(file->get(), &header, same)) return Code::kNotFound;
  return file;
}

}  // namespace

Result<size_t> Find(std::string_view program, std::string_view id, int pid, MatchInfo* matches,
                    size_t max) {
  if (const Status status = format::CheckId(id); !status.ok()) return status;
  Search search(id, matches, max);
  if (const Status status = search.SetProgram(program); !status.ok()) return status;
  Result<os::UniqueFd> proc = os::OpenProc();
  if (!proc.ok()) return proc.status();
  const Status status =
      pid == 0 ? search.LookEverywhere(std::move(*proc)) : search.LookInto(proc->get(), pid);
  if (!status.ok()) return status;
  return search.Outcome();
}

Result<os::UniqueFd> Open(const MatchInfo& match) {
  const Result<os::UniqueFd> proc = os::OpenProc();
  if (!proc.ok()) return proc.status();
  const Result<os::UniqueFd> process = os::OpenProcess(proc->get(), match.pid);
  if (!process.ok()) return process.status();
  Result<os::UniqueFd> file = OpenIn(process->get(), match);
  if (file.code() == Code::kPermissionDenied && HasEnded(process->get())) return Code::kNotFound;
  return file;
}

}  // namespace fmmq::discovery
