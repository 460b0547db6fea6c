#include "tests/stress/report.h"

#include <unistd.h>

#include <cinttypes>
#include <cstdio>

#include "tests/stress/flags.h"

namespace fmmq::stress {
namespace {

constexpr std::chrono::milliseconds kBetweenLines{200};

uint64_t Of(const Ledger& ledger, Violation violation) {
  return ledger.violations[static_cast<uint32_t>(violation)].load();
}

// Who found it may have been killed before it could say what it was.
void PrintKinds(const Ledger& ledger) {
  for (uint32_t kind = 0; kind < kViolations; ++kind) {
    const uint32_t count = ledger.violations[kind].load();
    if (count == 0) continue;
    std::fprintf(stderr, "%u of kind %s\n", count, ViolationName(static_cast<Violation>(kind)));
  }
}

void PrintNotes(const Ledger& ledger) {
  for (const Note& note : ledger.notes) {
    if (note.ready.load(std::memory_order_acquire) == 0) continue;
    const char* const kind = ViolationName(static_cast<Violation>(note.violation));
    if (note.slot < kMaxSlots) {
      std::fprintf(stderr, "violation: %s: worker %u: %s\n", kind, note.slot, note.text);
    } else {
      std::fprintf(stderr, "violation: %s: %s\n", kind, note.text);
    }
  }
}

const char* Verdict(const Ledger& ledger, const Summary& summary) {
  if (ledger.CountViolations() != 0) return "FAILED";
  return summary.interrupted ? "interrupted" : "ok";
}

void PrintText(const Ledger& ledger, const Summary& summary) {
  std::printf(
      "%s: %.1f s, %" PRIu64 " messages, %" PRIu64 " kills, %" PRIu64 " recoveries, %" PRIu64
      " redeliveries, %" PRIu64 " losses, %" PRIu64 " duplicates, %" PRIu64 " violations\n",
      Verdict(ledger, summary), summary.seconds, summary.messages, summary.kills,
      summary.recoveries, summary.redeliveries, Of(ledger, Violation::kLost) + summary.missing,
      Of(ledger, Violation::kDuplicate), ledger.CountViolations());
}

void PrintDetails(const Ledger& ledger, const Summary& summary) {
  std::printf("deliveries %" PRIu64 ", excused %" PRIu64 ", stops %" PRIu64
              ", forked children %u, strings read %u\n",
              summary.deliveries, summary.excused, summary.stops, ledger.forked.load(),
              ledger.strings_read.load());
  std::printf("observed %" PRIu64 ", lost by observers %" PRIu64 " positions, by groups %" PRIu64
              " positions; longest stall %.0f ms\n",
              ledger.observed.load(), ledger.observers_lost.load(), summary.lost_positions,
              summary.longest_stall_ms);
}

// Names and numbers only: nothing needs to be escaped.
void PrintJson(const Ledger& ledger, const Summary& summary) {
  std::printf("{\"verdict\": \"%s\", \"seed\": %" PRIu64 ", \"seconds\": %.3f",
              Verdict(ledger, summary), ledger.plan.seed, summary.seconds);
  const struct {
    const char* name;
    uint64_t value;
  } counts[] = {
      {"processes", ledger.plan.threads != 0 ? 1 : SlotCount(ledger.plan)},
      {"workers", SlotCount(ledger.plan)},
      {"messages", summary.messages},
      {"deliveries", summary.deliveries},
      {"kills", summary.kills},
      {"stops", summary.stops},
      {"recoveries", summary.recoveries},
      {"redeliveries", summary.redeliveries},
      {"excused", summary.excused},
      {"losses", Of(ledger, Violation::kLost) + summary.missing},
      {"lost_positions", summary.lost_positions},
      {"duplicates", Of(ledger, Violation::kDuplicate)},
      {"observed", ledger.observed.load()},
      {"observers_lost_positions", ledger.observers_lost.load()},
      {"forked_children", ledger.forked.load()},
      {"strings_read", ledger.strings_read.load()},
      {"violations", ledger.CountViolations()},
  };
  for (const auto& count : counts) std::printf(", \"%s\": %" PRIu64, count.name, count.value);
  std::printf(", \"longest_stall_ms\": %.1f, \"violations_by_kind\": {", summary.longest_stall_ms);
  for (uint32_t kind = 0; kind < kViolations; ++kind) {
    std::printf("%s\"%s\": %u", kind == 0 ? "" : ", ", ViolationName(static_cast<Violation>(kind)),
                ledger.violations[kind].load());
  }
  std::printf("}}\n");
}

}  // namespace

Progress::Progress() : shown_(isatty(STDERR_FILENO) != 0), due_(Clock::now() + kBetweenLines) {}

void Progress::Show(const Summary& summary) {
  if (!shown_ || Clock::now() < due_) return;
  due_ = Clock::now() + kBetweenLines;
  stands_ = true;
  std::fprintf(stderr,
               "\r%.0f s, %" PRIu64 " messages, %" PRIu64 " kills, %" PRIu64 " recoveries, %" PRIu64
               " redeliveries\x1b[K",
               summary.seconds, summary.written, summary.kills, summary.recoveries,
               summary.redeliveries);
}

void Progress::Wipe() {
  if (stands_) std::fprintf(stderr, "\r\x1b[K");
  stands_ = false;
}

int PrintReport(const Ledger& ledger, const Summary& summary, bool json) {
  const bool failed = ledger.CountViolations() != 0;
  PrintNotes(ledger);
  PrintKinds(ledger);
  if (failed) {
    std::fprintf(stderr, "to repeat: ");
    PrintCommand(ledger.plan, stderr);
  }
  if (json) {
    PrintJson(ledger, summary);
  } else {
    PrintDetails(ledger, summary);
    PrintText(ledger, summary);
  }
  if (failed) return 1;
  return summary.interrupted ? 3 : 0;
}

}  // namespace fmmq::stress
