// fmmq ls: the queues of this machine.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/entry.h"
#include "tools/output.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(bool, ls_json, false, "print JSON: a list with an object for each queue");

namespace fmmq::tools {
namespace {

Status ListNames(std::vector<std::string>* names) {
  const Status listed = Queue::List([names](std::string_view name) {
    names->emplace_back(name);
    return true;
  });
  std::sort(names->begin(), names->end());
  return listed;
}

std::vector<std::string> Row(const Entry& entry) {
  const std::string name = Printable(entry.name);
  if (!entry.status.ok()) {
    return {name, "-", "-", "-", "-", "-", "-", "-", Describe(entry.status)};
  }
  const QueueInfo& info = entry.info;
  return {name,
          HumanBytes(info.capacity),
          PolicyName(info.policy),
          absl::StrCat(info.producers),
          absl::StrCat(info.members),
          Grouped(info.head),
          HumanBytes(info.segment_bytes),
          LocalTime(info.created_ns),
          "ok"};
}

std::string TableText(const std::vector<Entry>& entries) {
  Table table({{"NAME", false},
               {"CAPACITY", true},
               {"POLICY", false},
               {"PRODUCERS", true},
               {"MEMBERS", true},
               {"HEAD", true},
               {"SIZE", true},
               {"CREATED", false},
               {"STATUS", false}});
  for (const Entry& entry : entries) table.AddRow(Row(entry));
  return table.ToString();
}

int Run(const Arguments&) {
  std::vector<std::string> names;
  const Status listed = ListNames(&names);
  if (!listed.ok()) return Fail("/dev/shm", listed);
  std::vector<Entry> entries;
  for (const std::string& name : names) entries.push_back(LookAt(name));
  return Print(absl::GetFlag(FLAGS_ls_json) ? ListJson(entries) : TableText(entries));
}

}  // namespace

Command LsCommand() {
  Command command;
  command.name = "ls";
  command.summary = "list the named queues of this machine";
  command.text =
      "Prints a table of the named queues. CAPACITY is the ring's size and SIZE the whole file's, "
      "HEAD the blocks written since creation, PRODUCERS and MEMBERS the seats that are taken. A "
      "file that is no good queue is listed too: STATUS says why.";
  command.examples =
      "fmmq ls\n"
      "fmmq ls --json";
  command.flags = {"ls_json"};
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
