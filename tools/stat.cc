// fmmq stat: all about one queue.
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/entry.h"
#include "tools/output.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(bool, stat_json, false, "print JSON: an object");

namespace fmmq::tools {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string Bytes(uint64_t bytes) {
  if (bytes < 1024) return HumanBytes(bytes);
  return absl::StrCat(HumanBytes(bytes), " (", Grouped(bytes), " bytes)");
}

std::string PolicyText(const QueueInfo& info) {
  return absl::StrCat(PolicyName(info.policy), info.single_producer ? ", single producer" : "");
}

std::string RightsText(const Entry& entry) {
  return absl::StrCat(PermissionsText(entry.mode), ", owner ", entry.owner,
                      entry.info.writable ? ", writable" : ", read only for you");
}

std::string BlocksText(const QueueInfo& info) {
  const uint64_t count = info.block_size == 0 ? 0 : info.capacity / info.block_size;
  return absl::StrCat(Grouped(count), " of ", info.block_size, " bytes");
}

std::string SeatsText(const QueueInfo& info) {
  return absl::StrCat(info.seats, ", taken by ", Counted(info.producers, "producer"), " and ",
                      Counted(info.members, "member"), " of groups");
}

std::string AliveText(const Result<PresenceInfo>& presence) {
  if (!presence.ok()) return Describe(presence.status());
  return absl::StrCat(Counted(presence->producers, "producer"), ", ",
                      Counted(presence->members, "member"), ", ",
                      Counted(presence->observers, "observer"));
}

std::string StringText(const Entry& entry) {
  if (entry.info.string_size == 0) return "none";
  if (!entry.string.ok()) return Describe(entry.string.status());
  return absl::StrCat(Counted(entry.string->size, "byte"), " of ",
                      HumanBytes(entry.info.string_size), ", version ", entry.string->version);
}

std::string TrafficText(uint64_t messages, uint64_t bytes) {
  return absl::StrCat(Counted(messages, "message"), ", ", Bytes(bytes));
}

Lines Describe(const Entry& entry) {
  const QueueInfo& info = entry.info;
  return {
      {"name", Printable(entry.name)},
      {"file", absl::StrCat("/dev/shm/", ToAbsl(kFilePrefix), Printable(entry.name))},
      {"id", Printable(info.id)},
      {"uuid", UuidText(info.uuid)},
      {"created", ExactTime(info.created_ns)},
      {"rights", RightsText(entry)},
      {"policy", PolicyText(info)},
      {"size", Bytes(info.segment_bytes)},
      {"capacity", Bytes(info.capacity)},
      {"blocks", BlocksText(info)},
      {"largest message", Bytes(entry.max_message_size)},
      {"shared string", StringText(entry)},
      {"seats", SeatsText(info)},
      {"alive", AliveText(entry.presence)},
      {"groups", absl::StrCat(info.groups, ", ", entry.groups.size(), " taken")},
      {"head", Counted(info.head, "block")},
      {"written", TrafficText(info.written_messages, info.written_bytes)},
      {"read", TrafficText(info.read_messages, info.read_bytes)},
      {"ended", info.ended ? "yes" : "no"},
      {"holes repaired", Grouped(info.recoveries)},
  };
}

std::string GroupsTable(const std::vector<GroupInfo>& groups) {
  Table table({{"GROUP", false},
               {"KIND", false},
               {"LIFE", false},
               {"MEMBERS", true},
               {"CURSOR", true},
               {"LAG", true},
               {"LOST", true},
               {"REDELIVERED", true}});
  for (const GroupInfo& group : groups) {
    table.AddRow({Printable(group.name), GroupKindName(group.kind),
                  group.durable ? "durable" : "ephemeral", absl::StrCat(group.members),
                  Grouped(group.cursor), Grouped(group.lag), Grouped(group.lost),
                  Grouped(group.redelivered)});
  }
  return table.empty() ? "" : "\n" + table.ToString();
}

std::string Text(const Entry& entry) {
  constexpr size_t kKeyColumns = 17;
  std::string text;
  for (const auto& [key, value] : Describe(entry)) {
    absl::StrAppend(&text, key, std::string(kKeyColumns - key.size(), ' '), value, "\n");
  }
  return text + GroupsTable(entry.groups);
}

int Run(const Arguments& arguments) {
  const Entry entry = LookClosely(arguments.operands[0]);
  if (!entry.status.ok()) return Fail(Printable(entry.name), entry.status);
  return Print(absl::GetFlag(FLAGS_stat_json) ? EntryJson(entry) : Text(entry));
}

}  // namespace

Command StatCommand() {
  Command command;
  command.name = "stat";
  command.operands = "NAME";
  command.summary = "show all about one queue and its groups";
  command.text =
      "Prints what a queue is, who has it, and how far each group is. Positions, head, lag and "
      "lost count blocks of the ring: a message takes one or more of them. A group's lag is what "
      "it has not read; durable groups hold writers back even while they have no members. "
      "REDELIVERED counts messages that a member died with, and others got.\n"
      "Seats are taken until somebody clears up after the dead; alive is what the kernel says: at "
      "most 256 observers are counted. What all groups together read is counted in read.";
  command.examples =
      "fmmq stat orders\n"
      "fmmq stat orders --json";
  command.flags = {"stat_json"};
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
