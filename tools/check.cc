// fmmq check: is the segment in order?
#include <nlohmann/json.hpp>
#include <string>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/output.h"
#include "tools/report.h"
#include "tools/text.h"
#include "tools/verdict.h"

ABSL_FLAG(bool, check_json, false, "print JSON: an object");

namespace fmmq::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string HolderText(const Holder& holder) {
  return absl::StrCat("seat ", holder.seat, ", process ", holder.process,
                      holder.alive ? ", alive" : ", dead");
}

std::string HoleText(const Unfinished& hole) {
  const std::string holders = absl::StrJoin(
      hole.holders, "; ",
      [](std::string* out, const Holder& holder) { absl::StrAppend(out, HolderText(holder)); });
  return absl::StrCat("blocks ", hole.begin, " to ", hole.end - 1, ": ",
                      holders.empty() ? "nobody" : holders);
}

std::string Summary(const Verdict& verdict) {
  return absl::StrCat("head       ", Counted(verdict.head, "block"), "\n",  //
                      "records    ", Counted(verdict.messages, "message"), " and ", verdict.aborted,
                      " aborted, from block ", verdict.begin,
                      verdict.overtaken ? ", some overtaken" : "", "\n", "groups     ",
                      verdict.groups, "\n",  //
                      "seats      ", verdict.seats, ", ", verdict.dead_seats, " of the dead\n");
}

std::string Text(const std::string& name, const Verdict& verdict) {
  if (!verdict.status.ok()) {
    return absl::StrCat(Printable(name), ": damaged\nheader     ", Describe(verdict.status), "\n");
  }
  std::string text = absl::StrCat(Printable(name), verdict.good() ? ": good\n" : ": damaged\n",
                                  "header     ok\n", Summary(verdict));
  for (const Unfinished& hole : verdict.unfinished) {
    absl::StrAppend(&text, "unfinished ", HoleText(hole), "\n");
  }
  for (const Damage& damage : verdict.damage) {
    absl::StrAppend(&text, "damage     ", damage.where, ": ", damage.what, "\n");
  }
  return text;
}

Json ToJson(const Unfinished& hole) {
  Json json;
  json["begin"] = hole.begin;
  json["end"] = hole.end;
  json["holders"] = Json::array();
  for (const Holder& holder : hole.holders) {
    Json entry;
    entry["seat"] = holder.seat;
    entry["process"] = holder.process;
    entry["alive"] = holder.alive;
    json["holders"].push_back(entry);
  }
  return json;
}

Json ToJson(const Damage& damage) {
  Json json;
  json["where"] = damage.where;
  json["what"] = damage.what;
  return json;
}

void AddFindings(const Verdict& verdict, Json* json) {
  Json& out = *json;
  out["head"] = verdict.head;
  out["begin"] = verdict.begin;
  out["messages"] = verdict.messages;
  out["aborted"] = verdict.aborted;
  out["overtaken"] = verdict.overtaken;
  out["groups"] = verdict.groups;
  out["seats"] = verdict.seats;
  out["dead_seats"] = verdict.dead_seats;
  out["unfinished"] = Json::array();
  for (const Unfinished& hole : verdict.unfinished) out["unfinished"].push_back(ToJson(hole));
  out["damage"] = Json::array();
  for (const Damage& damage : verdict.damage) out["damage"].push_back(ToJson(damage));
}

std::string JsonText(const std::string& name, const Verdict& verdict) {
  Json json;
  json["name"] = name;
  json["good"] = verdict.good();
  json["status"] = verdict.status.name();
  json["message"] = verdict.status.message();
  if (verdict.status.ok()) AddFindings(verdict, &json);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  const Verdict verdict = Judge(name);
  const int code =
      verdict.good() || !verdict.status.ok() ? ToExitCode(verdict.status.code()) : kExitDamaged;
  // Other failures are no verdict: there was nothing to look at.
  if (!verdict.status.ok() && code != kExitDamaged) return Fail(Printable(name), verdict.status);
  const int printed =
      Print(absl::GetFlag(FLAGS_check_json) ? JsonText(name, verdict) : Text(name, verdict));
  return printed == kExitDone ? code : printed;
}

}  // namespace

Command CheckCommand() {
  Command command;
  command.name = "check";
  command.operands = "NAME";
  command.summary = "say whether a queue is in order";
  command.text =
      "Looks at a queue without changing it, whether anybody has it open or not: its header, the "
      "groups' cursors, what seats hold, the chain of records from the oldest that is needed up "
      "to head, the words that sleepers wait at, the shared string. Ends with 0 when all is good, "
      "with 5 when something cannot have come about by fmmq's own steps.\n"
      "What a process that died or is at work left unfinished is listed and is no damage: readers "
      "wait for the living, and step over what the dead left. The process is the one that the "
      "seat names; alive or dead is what the kernel says.";
  command.examples =
      "fmmq check orders\n"
      "fmmq check orders --json";
  command.flags = {"check_json"};
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
