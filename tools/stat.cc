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
      {"shared string", Bytes(info.string_size)},
      {"seats", SeatsText(info)},
      {"groups", absl::StrCat(info.groups, ", ", entry.groups.size(), " taken")},
      {"head", Counted(info.head, "block")},
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
               {"LOST", true}});
  for (const GroupInfo& group : groups) {
    table.AddRow({Printable(group.name), GroupKindName(group.kind),
                  group.durable ? "durable" : "ephemeral", absl::StrCat(group.members),
                  Grouped(group.cursor), Grouped(group.lag), Grouped(group.lost)});
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
  const Entry entry = LookAt(arguments.operands[0]);
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
      "it has not read; durable groups hold writers back even while they have no members.";
  command.examples =
      "fmmq stat orders\n"
      "fmmq stat orders --json";
  command.flags = {"stat_json"};
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
