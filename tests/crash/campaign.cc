#include "tests/crash/campaign.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <numeric>

#include "tests/crash/hash.h"
#include "tests/crash/segment_file.h"

namespace fmmq::crash {
namespace {

// Of a sample's points, those at an access to the segment or a system call.
constexpr double kAtBoundaries = 0.7;

std::string Where(const Row& row, const Trace& trace, size_t point) {
  std::string text =
      "after instruction " + std::to_string(point) + " of " + std::to_string(trace.size());
  if (point >= trace.size()) return text;
  const Instruction& next = trace.at(point);
  if (next.call) return text + ", before a system call";
  if (next.access == kNoAccess) return text;
  const SegmentFile names("", row.options);
  return text + ", before an access to " + names.NameOf(static_cast<uint64_t>(next.access));
}

}  // namespace

Campaign::Campaign(const Row& row, const Settings& settings, Outcome* outcome)
    : row_(row),
      settings_(settings),
      outcome_(*outcome),
      random_(Combine(settings.seed, std::hash<std::string>()(row.operation + row.state))) {}

void Campaign::Run() {
  if (row_.is_pair()) return RunPairs();
  if (row_.before != nullptr) return RunRecovery();
  RunKills({}, -1);
}

bool Campaign::enough() const { return outcome_.violations >= settings_.max_violations; }

void Campaign::Violate(const Place& place, const std::string& where, const std::string& complaint) {
  std::string text = row_.operation + ", " + row_.state + ", " + where + ": " + complaint +
                     "\n  repeat: crash --operation='" + row_.operation + "' --state='" +
                     row_.state + "' --step=" + std::to_string(place.step);
  if (place.start >= 0) text += " --start=" + std::to_string(place.start);
  if (place.other_step >= 0) text += " --other_step=" + std::to_string(place.other_step);
  if (outcome_.violations++ == 0) {
    std::snprintf(outcome_.first_violation, sizeof(outcome_.first_violation), "%s", text.c_str());
  }
  std::fprintf(stderr, "VIOLATION %s\n", text.c_str());
}

std::vector<size_t> Campaign::Choose(std::vector<size_t> points, size_t count) {
  if (settings_.all || points.size() <= count) return points;
  std::shuffle(points.begin(), points.end(), random_);
  points.resize(count);
  std::sort(points.begin(), points.end());
  return points;
}

std::vector<size_t> Campaign::ChoosePoints(const Trace& trace, uint32_t budget) {
  if (settings_.step >= 0) return {static_cast<size_t>(settings_.step)};
  std::vector<size_t> points(trace.size() + 1);
  std::iota(points.begin(), points.end(), size_t{0});
  if (settings_.all && !row_.creates) return points;
  // Where no file is touched, the making of a segment is sampled even then.
  const std::vector<size_t> boundaries = trace.Boundaries();
  const auto at_boundaries = static_cast<size_t>(budget * kAtBoundaries);
  std::vector<size_t> chosen = Choose(boundaries, at_boundaries);
  std::shuffle(points.begin(), points.end(), random_);
  const size_t others = settings_.all ? 1000 : budget - at_boundaries;
  points.resize(std::min(points.size(), others));
  chosen.insert(chosen.end(), points.begin(), points.end());
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

bool Campaign::Record(const Start& start, Trace* trace) {
  Attempt attempt(row_, start);
  const std::unique_ptr<Tracee> victim = attempt.StartVictim();
  if (victim->ready() && trace->Record(*victim, attempt.path())) return true;
  Violate({}, "on its way", victim->ready() ? trace->failure() : "the victim cannot prepare");
  return false;
}

void Campaign::JudgeOnce(Attempt& attempt, const Place& place, const std::string& where) {
  ++outcome_.points;
  const bool is_new = seen_.insert(attempt.Fingerprint(/*with_data=*/true)).second;
  if (is_new) ++outcome_.worlds;
  if (!is_new && !settings_.judge_every) return;
  const std::string complaint = attempt.Judge();
  if (!complaint.empty()) Violate(place, where, complaint);
}

void Campaign::KillAt(const Start& start, const Trace& trace, const Place& place) {
  Attempt attempt(row_, start);
  const std::unique_ptr<Tracee> victim = attempt.StartVictim();
  bool diverged = false;
  const Stop stop = victim->ready() ? trace.Follow(*victim, place.step, &diverged) : Stop::kCrashed;
  if (diverged) ++outcome_.diverged;
  victim->Kill();
  if (stop == Stop::kFault || stop == Stop::kCrashed) {
    return Violate(place, Where(row_, trace, place.step), "crashed before that");
  }
  JudgeOnce(attempt, place, Where(row_, trace, place.step));
}

void Campaign::RunKills(const Start& start, int64_t start_number) {
  Trace trace;
  if (!Record(start, &trace)) return;
  const uint32_t budget = row_.before == nullptr ? settings_.budget : settings_.budget / 2;
  for (const size_t point : ChoosePoints(trace, budget)) {
    if (enough()) return;
    KillAt(start, trace, {start_number, point, -1});
  }
}

// The points of `before` that leave different states; the bytes of messages do not count.
std::vector<size_t> Campaign::FindStarts(const Trace& trace) {
  std::vector<size_t> starts;
  std::unordered_set<uint64_t> states;
  for (const size_t point : trace.Boundaries()) {
    const Attempt attempt(row_, {&trace, point});
    ++outcome_.looks;
    if (states.insert(attempt.Fingerprint(/*with_data=*/false)).second) starts.push_back(point);
  }
  return starts;
}

void Campaign::RunRecovery() {
  Trace before;
  Outcome unused{};
  if (!Campaign(*row_.before, settings_, &unused).Record({}, &before)) return;
  std::vector<size_t> starts = FindStarts(before);
  outcome_.starts = starts.size();
  if (settings_.start >= 0) {
    starts = {static_cast<size_t>(settings_.start)};
  } else {
    starts = Choose(starts, std::max<size_t>(1, settings_.budget / 30));
  }
  for (const size_t start : starts) {
    if (!enough()) RunKills({&before, start}, static_cast<int64_t>(start));
  }
}

void Campaign::Meet(const Trace& first, const Trace* second, const Place& place) {
  Attempt attempt(row_, {});
  const std::unique_ptr<Tracee> one = attempt.StartVictim();
  const std::unique_ptr<Tracee> other = attempt.StartSecond();
  const auto other_step = static_cast<size_t>(place.other_step);
  const std::string where = Where(row_, first, place.step) + "; the other " +
                            (second == nullptr ? "at its end" : Where(row_, *second, other_step));
  bool diverged = !one->ready() || !other->ready();
  if (!diverged) first.Follow(*one, place.step, &diverged);
  if (second == nullptr) {
    other->RunToEnd();
  } else if (!diverged) {
    second->Follow(*other, other_step, &diverged);
  }
  if (diverged) ++outcome_.diverged;
  if (row_.second_dies) other->Kill();
  const bool ended = (one->done() || one->RunToEnd() == Stop::kEnded) &&
                     (row_.second_dies || other->done() || other->RunToEnd() == Stop::kEnded);
  one->Kill();
  other->Kill();
  if (!ended) return Violate(place, where, "one of them crashed");
  JudgeOnce(attempt, place, where);
}

void Campaign::RunPairsFrom(const Trace& first, size_t step, uint32_t budget) {
  Trace second;
  {
    Attempt attempt(row_, {});
    const std::unique_ptr<Tracee> one = attempt.StartVictim();
    const std::unique_ptr<Tracee> other = attempt.StartSecond();
    bool diverged = false;
    if (one->ready()) first.Follow(*one, step, &diverged);
    if (!other->ready() || !second.Record(*other, attempt.path())) {
      return Violate({-1, step, 0}, Where(row_, first, step), "the other " + second.failure());
    }
  }
  std::vector<size_t> steps = Choose(second.Accesses(), budget);
  if (settings_.other_step >= 0) steps = {static_cast<size_t>(settings_.other_step)};
  for (const size_t other_step : steps) {
    if (!enough()) Meet(first, &second, {-1, step, static_cast<int64_t>(other_step)});
  }
}

void Campaign::RunPairs() {
  Trace first;
  if (!Record({}, &first)) return;
  const std::vector<size_t> accesses =
      settings_.step < 0 ? first.Accesses()
                         : std::vector<size_t>{static_cast<size_t>(settings_.step)};
  // The other one goes all the way: cheap, for it need not be stepped through.
  for (const size_t step : Choose(accesses, 4 * settings_.budget)) {
    if (!enough() && settings_.other_step < 0) Meet(first, nullptr, {-1, step, -1});
  }
  if (row_.second_goes_through) return;
  const auto side = static_cast<uint32_t>(std::sqrt(settings_.budget));
  for (const size_t step : Choose(accesses, side)) {
    if (!enough()) RunPairsFrom(first, step, side);
  }
}

}  // namespace fmmq::crash
