// Names, ids and permission texts of any bytes. What must hold: the same answers as plain code
// gives, and nothing is read outside the text; a good name is found, opened and removed again, and
// a bad one changes nothing.
//
// Input: n, g, i, p or o, then the text: of a name, a group's name, an id, of permissions; o: raw
// options (8 bytes of capacity, 4 each of block size, seats, groups, string size, policy, mode; two
// flags).
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "fmmq/fmmq.h"
#include "fmmq/format/geometry.h"
#include "fmmq/format/names.h"
#include "fuzz/support/bounded.h"
#include "fuzz/support/exact.h"
#include "fuzz/support/input.h"
#include "fuzz/support/require.h"

namespace fmmq::fuzz {
namespace {

Options SmallOptions() {
  Options options;
  options.capacity = 4096;
  options.seats = 2;
  options.groups = 2;
  return options;
}

Code PlainName(const std::string& name, const char* bad, size_t bad_count, size_t longest) {
  if (name.empty() || name.find_first_of(bad, 0, bad_count) != std::string::npos)
    return Code::kBadName;
  return name.size() > longest ? Code::kNameTooLong : Code::kOk;
}

bool IsListed(const std::string& name) {
  bool listed = false;
  const Status status = Queue::List([&](std::string_view other) {
    listed = other == name;
    return !listed;
  });
  FUZZ_REQUIRE_CODE(Code::kOk, status.code());
  return listed;
}

// Nobody else's segment has a name like this one.
std::string OwnPrefix() {
  static const std::string prefix = [] {
    struct stat self = {};
    FUZZ_REQUIRE(stat("/proc/self/ns/pid", &self) == 0);
    return "fuzz." + std::to_string(self.st_ino) + "." + std::to_string(getpid()) + ".";
  }();
  return prefix;
}

// A bad name in every call that takes one.
void UseBadName(std::string_view name, Code code) {
  FUZZ_REQUIRE_CODE(code, Queue::Create(name, SmallOptions()).code());
  FUZZ_REQUIRE_CODE(code, Queue::Open(name).code());
  FUZZ_REQUIRE_CODE(code, Queue::OpenOrCreate(name, SmallOptions()).code());
  FUZZ_REQUIRE_CODE(code, Queue::Remove(name).code());
}

void UseName(const std::string& name) {
  const Exact text(name);
  const Code code = PlainName(name, "/\0", 2, kMaxNameBytes);
  FUZZ_REQUIRE_CODE(code, format::CheckName(text.view()).code());
  if (code != Code::kOk) return UseBadName(text.view(), code);
  if (name.compare(0, 5, "fuzz.") != 0) return;  // whose it is nobody knows
  Queue::Remove(text.view()).IgnoreError();      // of a process with our number that crashed
  FUZZ_REQUIRE_CODE(Code::kNotFound, Queue::Open(text.view()).code());
  FUZZ_REQUIRE_CODE(Code::kOk, Queue::Create(text.view(), SmallOptions()).code());
  FUZZ_REQUIRE_CODE(Code::kAlreadyExists, Queue::Create(text.view(), SmallOptions()).code());
  FUZZ_REQUIRE(IsListed(name));
  const Result<Queue> queue = Queue::Open(text.view());
  FUZZ_REQUIRE_CODE(Code::kOk, queue.code());
  FUZZ_REQUIRE(queue->Info().id == name && !queue->Info().anonymous);
  FUZZ_REQUIRE_CODE(Code::kOk, Queue::Remove(text.view()).code());
  FUZZ_REQUIRE_CODE(Code::kNotFound, Queue::Remove(text.view()).code());
  FUZZ_REQUIRE(!IsListed(name));
}

void UseGroupName(const std::string& name) {
  const Exact text(name);
  const Code code = PlainName(name, "\0", 1, format::kMaxGroupNameBytes);
  FUZZ_REQUIRE_CODE(code, format::CheckGroupName(text.view()).code());
  Result<Queue> queue = Queue::CreateAnonymous("", SmallOptions());
  FUZZ_REQUIRE_CODE(Code::kOk, queue.code());
  GroupOptions options;
  options.durable = true;
  FUZZ_REQUIRE_CODE(code, queue->Join(text.view(), options).code());
  GroupInfo groups[2];
  const size_t count = queue->Groups(groups, 2);
  const bool second = code == Code::kOk && name != kDefaultGroupName;
  FUZZ_REQUIRE(count == (second ? 2 : 1));
  if (second) FUZZ_REQUIRE(groups[1].name == name);
  const bool there = second || name == kDefaultGroupName;
  FUZZ_REQUIRE_CODE(there               ? Code::kOk
                    : code == Code::kOk ? Code::kNotFound
                                        : code,
                    queue->DropGroup(text.view()).code());
}

void UseId(const std::string& id) {
  const Exact text(id);
  const Code code = id.size() > format::kMaxIdBytes ? Code::kNameTooLong : Code::kOk;
  FUZZ_REQUIRE_CODE(code, format::CheckId(text.view()).code());
  const Result<Queue> queue = Queue::CreateAnonymous(text.view(), SmallOptions());
  FUZZ_REQUIRE_CODE(code, queue.code());
  if (code != Code::kOk) return;
  const QueueInfo info = queue->Info();
  FUZZ_REQUIRE(info.anonymous && std::string(info.id, id.size()) == id);
  const Result<Queue> found = Queue::ConnectPid(getpid(), text.view());
  FUZZ_REQUIRE_CODE(Code::kOk, found.code());
  FUZZ_REQUIRE(std::equal(info.uuid, info.uuid + 16, found->Info().uuid));
}

Result<uint32_t> PlainPermissions(const std::string& text) {
  const std::string all = "rwxrwxrwx";
  uint32_t mode = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i >= all.size() || (text[i] != all[i] && text[i] != '-')) return Code::kInvalidArgument;
    if (text[i] != '-') mode += 1u << (8 - i);
  }
  return text.size() == all.size() ? Result<uint32_t>(mode) : Code::kInvalidArgument;
}

void UsePermissions(const std::string& permissions) {
  const Exact text(permissions);
  const Result<uint32_t> wanted = PlainPermissions(permissions);
  const Result<uint32_t> mode = ParsePermissions(text.view());
  FUZZ_REQUIRE_CODE(wanted.code(), mode.code());
  if (!mode.ok()) return;
  FUZZ_REQUIRE(*mode == *wanted);
  Options options = SmallOptions();
  options.mode = *mode;
  const Result<Queue> queue = Queue::CreateAnonymous("permissions", options);
  FUZZ_REQUIRE_CODE(Code::kOk, queue.code());
  struct stat facts = {};
  FUZZ_REQUIRE(fstat(queue->fd(), &facts) == 0 && (facts.st_mode & 07777) == *mode);
}

// Whatever numbers these are, either all of it fits together or nothing is made.
void UseOptions(Input& input) {
  Options options;
  options.capacity = input.Word();
  const uint64_t first = input.Word(), second = input.Word(), third = input.Word();
  options.block_size = static_cast<uint32_t>(first);
  options.seats = static_cast<uint32_t>(first >> 32);
  options.groups = static_cast<uint32_t>(second);
  options.string_size = static_cast<uint32_t>(second >> 32);
  options.policy = static_cast<Policy>(static_cast<uint32_t>(third));
  options.mode = static_cast<uint32_t>(third >> 32);
  const uint8_t flags = input.Byte();
  options.single_producer = (flags & 1) != 0;
  options.default_group = (flags & 2) != 0;
  const uint64_t bytes = RequiredSize(options);
  if (bytes > uint64_t{1} << 20) return;  // good, and more than one wants to allocate here
  const Result<Queue> queue = Queue::CreateAnonymous("options", options);
  FUZZ_REQUIRE_CODE(bytes == 0 ? Code::kInvalidArgument : Code::kOk, queue.code());
  if (bytes == 0) return;
  const QueueInfo info = queue->Info();
  FUZZ_REQUIRE(info.segment_bytes == bytes && info.capacity >= options.capacity);
  FUZZ_REQUIRE(info.seats == options.seats && info.string_size == options.string_size);
}

void Run(Input input) {
  switch (input.Letter("nNgipo")) {
    case 'n':
      return UseName(std::string(input.Rest()));
    case 'N':
      return UseName(OwnPrefix() + std::string(input.Rest()));
    case 'g':
      return UseGroupName(std::string(input.Rest()));
    case 'i':
      return UseId(std::string(input.Rest()));
    case 'p':
      return UsePermissions(std::string(input.Rest()));
    default:
      return UseOptions(input);
  }
}

}  // namespace
}  // namespace fmmq::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fmmq::fuzz;
  Bounded([&] { return Run(Input(data, size)), 0; });
  return 0;
}
