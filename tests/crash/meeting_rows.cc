// Pairs: one stops at each of its accesses to the segment, while the other goes to each of its own.
// Nobody dies before both are through.
#include <utility>

#include "tests/crash/rows.h"

namespace fmmq::crash {
namespace {

constexpr int kCalls = 18;
constexpr size_t kLarge = 600;  // bytes of a message that is copied for long
constexpr GroupOptions kLaterOptions{GroupKind::kShared, true, From::kNow};

struct Role {
  Part prepare;
  Part act;
};

const Deadline kAtOnce = Deadline::At({});

// A value is one letter, twenty or forty times.
void CheckLetters(Scene& scene, std::string_view value) {
  const bool whole = value.empty() || ((value.size() == 20 || value.size() == 40) &&
                                       value.find_first_not_of(value[0]) == value.npos);
  if (!whole) scene.ledger().Complain("the string is '" + std::string(value) + "'");
}

std::string StringOf(Scene& scene) {
  char buffer[64];
  const Result<StringInfo> info = scene.queue.GetString({buffer, sizeof(buffer)});
  return info.ok() ? std::string(buffer, info->size) : info.status().name();
}

// A ring of four blocks: it is lapped soon.
Options Tiny(Policy policy = Policy::kLossless) {
  Options options = SmallOptions();
  options.block_size = 1024;
  options.policy = policy;
  return options;
}

Role Writer(size_t count, size_t size, bool warm) {
  return {[=](Scene& scene, Actor& actor) {
            BecomeProducer(scene, actor);
            Prepare(actor, count + (warm ? 1 : 0), size);
            if (warm) WriteNext(scene, actor).IgnoreError();
          },
          WriteAll};
}

Role BatchWriter() {
  return {[](Scene& scene, Actor& actor) {
            BecomeProducer(scene, actor);
            Prepare(actor, 3, kSmall);
          },
          WriteBatch};
}

void BecomeWarmMember(Scene& scene, Actor& actor) {
  BecomeMember(scene, actor);
  ReadNext(scene, actor).IgnoreError();  // looks after dead members, once
}

Role Reader(size_t count) {
  return {BecomeWarmMember, [count](Scene& scene, Actor& actor) {
            for (size_t i = 0; i < count; ++i) ReadNext(scene, actor).IgnoreError();
          }};
}

Role Taker(size_t count) {
  return {BecomeWarmMember, [count](Scene& scene, Actor& actor) {
            std::vector<PayloadId> held;
            if (Take(scene, actor, count, &held).ok()) LetGo(scene, actor, held);
          }};
}

Role Watcher(size_t count) {
  return {[](Scene& scene, Actor& actor) {
            OpenQueue(scene, actor);
            actor.account = kObserving;
            actor.observer = std::move(*actor.queue.Observe(From::kOldest));
          },
          [count](Scene& scene, Actor& actor) {
            for (size_t i = 0; i < count; ++i) ReadNext(scene, actor).IgnoreError();
          }};
}

// A reader that has found nothing for long, and looks after the dead in its act: at the 16th call
// that finds nothing.
Role Repairer() {
  return {[](Scene& scene, Actor& actor) {
            BecomeMember(scene, actor);
            for (int misses = 0; misses < kCalls - 3;) {
              misses = ReadNext(scene, actor).ok() ? 0 : misses + 1;
            }
          },
          [](Scene& scene, Actor& actor) {
            // It looks once; each look may mean a thousand polls.
            const uint64_t before = actor.consumer.Stats().rescues;
            for (int i = 0; i < 2 * kCalls; ++i) {
              ReadNext(scene, actor).IgnoreError();
              if (actor.consumer.Stats().rescues != before) return;
            }
          }};
}

// Fills the ring, empties it as the only member of the only other group, and fills it again.
Role Lapper() {
  return {[](Scene& scene, Actor& actor) {
            BecomeProducer(scene, actor);
            BecomeWarmMember(scene, actor);
            Prepare(actor, 2 * scene.block_count(), kSmall);
          },
          [](Scene& scene, Actor& actor) {
            while (actor.written < scene.block_count()) WriteNext(scene, actor).IgnoreError();
            while (ReadNext(scene, actor).ok()) continue;
            WriteAll(scene, actor);
          }};
}

Role Joiner(const GroupOptions& options) {
  return {OpenQueue, [options](Scene& scene, Actor& actor) {
            Result<Consumer> member = actor.queue.Join(kLaterGroup, options);
            if (!member.ok()) return scene.ledger().Complain("cannot join");
            actor.account = kLater;
            actor.consumer = std::move(*member);
            ReadNext(scene, actor).IgnoreError();
          }};
}

// Repairs, and then writes a full ring.
Role RepairerAndLapper() {
  const Role repairer = Repairer();
  return {[repairer](Scene& scene, Actor& actor) {
            repairer.prepare(scene, actor);
            BecomeProducer(scene, actor);
            Prepare(actor, scene.block_count(), kSmall);
          },
          [repairer](Scene& scene, Actor& actor) {
            repairer.act(scene, actor);
            while (ReadNext(scene, actor).ok()) continue;
            WriteAll(scene, actor);
          }};
}

// Takes a seat, and uses it.
Role Newcomer() {
  return {[](Scene& scene, Actor& actor) {
            OpenQueue(scene, actor);
            Prepare(actor, 1, kSmall);
          },
          [](Scene& scene, Actor& actor) {
            BecomeProducer(scene, actor);
            WriteAll(scene, actor);
          }};
}

// Takes a seat, and a message.
Role NewHolder() {
  return {OpenQueue, [](Scene& scene, Actor& actor) {
            std::vector<PayloadId> held;
            BecomeMember(scene, actor);
            Take(scene, actor, 1, &held).IgnoreError();
          }};
}

Role Adopter() {
  return {BecomeMember, [](Scene& scene, Actor& actor) {
            for (int i = 0; i < 2; ++i) ReadNext(scene, actor).IgnoreError();
          }};
}

Role Ender() {
  return {BecomeProducer, [](Scene& scene, Actor& actor) {
            scene.flags() |= kEndBegun;
            if (actor.producer.End().ok()) scene.flags() |= kEndReported;
          }};
}

Role StringWriter(char letter) {
  return {OpenQueue, [letter](Scene& scene, Actor& actor) {
            for (size_t size : {20, 40}) {
              const Status status = actor.queue.SetString(std::string(size, letter), kAtOnce);
              if (!status.ok() && status != Code::kTimeout) {
                scene.ledger().Complain("cannot set the string");
              }
            }
          }};
}

Role StringReader() {
  return {OpenQueue, [](Scene& scene, Actor& actor) {
            char buffer[64];
            const Result<StringInfo> info = actor.queue.GetString({buffer, sizeof(buffer)});
            if (info.ok()) CheckLetters(scene, {buffer, info->size});
          }};
}

void LeaveAHolder(Scene& scene) {
  Ring(3, 4)(scene);
  Actor dead(4);
  LeaveDead(scene, dead, [](Scene& its_scene, Actor& actor) {
    std::vector<PayloadId> held;
    BecomeMember(its_scene, actor);
    Take(its_scene, actor, 2, &held).IgnoreError();
  });
}

Row* Add(const char* operation, const char* state, const Options& options, const SceneCall& arrange,
         const Role& one, const Role& other, std::vector<Row>* rows) {
  Row row;
  row.operation = operation;
  row.state = state;
  row.options = options;
  row.arrange = arrange;
  row.prepare = one.prepare;
  row.act = one.act;
  row.second_prepare = other.prepare;
  row.second_act = other.act;
  rows->push_back(std::move(row));
  return &rows->back();
}

void AddLosslessMeetings(std::vector<Row>* rows) {
  const auto add = [rows](const std::string& operation, const char* state, const SceneCall& arrange,
                          const Role& one, const Role& other) {
    return Add(("meet: " + operation).c_str(), state, SmallOptions(), arrange, one, other, rows);
  };
  const Role writer = Writer(1, kSmall, false), warm_writer = Writer(1, kSmall, true);
  add("write, read", "empty", Ring(3, 0), writer, Reader(2));
  add("write, read", "full", FullRing(), writer, Reader(2));
  add("write, read", "wrapping", Ring(31, 0), Writer(1, kSeveral, false), Reader(2));
  add("write, claim several", "full", FullRing(), Writer(2, kSmall, false), Taker(3));
  add("write, write", "empty", Ring(3, 0), warm_writer, warm_writer);
  add("write, write", "almost full", Ring(3, 31), writer, writer);
  add("write, batch", "partly full", Ring(3, 5), warm_writer, BatchWriter());
  add("read, read", "partly full", Ring(3, 5), Reader(1), Reader(1));
  add("read, claim several", "partly full", Ring(3, 6), Reader(1), Taker(3));
  add("write, repair", "empty", Ring(3, 0), warm_writer, Repairer());
  add("write, repair", "a hole", LeaveABareHole, writer, Repairer());
  add("batch, repair", "empty", Ring(3, 0), BatchWriter(), Repairer());
  add("repair, repair", "a hole", LeaveAHole, Repairer(), Repairer());
  add("repair, write", "a hole", LeaveAHole, Repairer(), Writer(2, kSmall, false));
  add("adopt, adopt", "partly full", LeaveAHolder, Adopter(), Adopter());
  add("write, end", "partly full", Ring(3, 2), warm_writer, Ender());
  add("end, write", "partly full", Ring(3, 2), Ender(), warm_writer);
  add("take a seat, take a seat", "empty", Ring(3, 1), Newcomer(), Newcomer())->settle =
      [](Scene& scene) {
        if (scene.queue.Info().producers != 2) scene.ledger().Complain("one seat for two");
      };
}

// Where the ring is so small that it is lapped soon.
void AddTinyMeetings(std::vector<Row>* rows) {
  const auto add = [rows](const std::string& operation, const char* state, Policy policy,
                          const SceneCall& arrange, const Role& one, const Role& other) {
    return Add(("meet: " + operation).c_str(), state, Tiny(policy), arrange, one, other, rows);
  };
  constexpr Policy kLossless = Policy::kLossless, kOverwrite = Policy::kOverwrite;
  constexpr char kTiny[] = "a tiny ring", kOverwriting[] = "overwriting";
  const Role laps = Writer(6, kSmall, false);
  add("claim several, write", kTiny, kLossless, Ring(2, 4), Taker(2), Writer(4, kSmall, false));
  add("repair, repair and lap", kTiny, kLossless, LeaveAHole, Repairer(), RepairerAndLapper());
  add("lap, join", kTiny, kLossless, Ring(2, 0), Lapper(), Joiner(kLaterOptions));
  add("join, lap", kTiny, kLossless, Ring(2, 0), Joiner(kLaterOptions), Lapper());
  add("read, lap", kOverwriting, kOverwrite, Ring(2, 3, kLarge), Reader(1), laps);
  add("observe, lap", kOverwriting, kOverwrite, Ring(2, 3, kLarge), Watcher(1), laps)->account =
      kObserving;
  add("write, lap", kOverwriting, kOverwrite, Ring(2, 3), Writer(1, kSmall, true), laps);
  add("read, read", kOverwriting, kOverwrite, Ring(2, 3), Reader(1), Reader(1));
}

void AddStringMeetings(std::vector<Row>* rows) {
  const auto add = [rows](const std::string& operation, const Role& one, const Role& other) {
    const SceneCall value = [](Scene& scene) {
      if (!scene.queue.SetString(std::string(20, 'c'), Deadline::Never()).ok()) {
        scene.ledger().Complain("cannot set the string");
      }
    };
    return Add(("meet: " + operation).c_str(), "full", SmallOptions(), value, one, other, rows);
  };
  add("set the string, get", StringWriter('a'), StringReader());
  add("get the string, set", StringReader(), StringWriter('a'));
  add("set the string, set", StringWriter('a'), StringWriter('b'))->check = [](Scene& scene) {
    CheckLetters(scene, StringOf(scene));
  };
}

// The other one dies where it has come to; then the first one goes on.
void AddOutlivingRows(std::vector<Row>* rows) {
  const auto add = [rows](const std::string& operation, const char* state, const SceneCall& arrange,
                          const Role& one, const Role& other) {
    Add(("outlive: " + operation).c_str(), state, SmallOptions(), arrange, one, other, rows)
        ->second_dies = true;
  };
  const Role writer = Writer(1, kSmall, true);
  add("write, write", "empty", Ring(3, 0), writer, writer);
  add("write, batch", "partly full", Ring(3, 5), writer, BatchWriter());
  add("read, write", "empty", Ring(3, 0), Reader(2), writer);
  add("read, read", "partly full", Ring(3, 5), Reader(1), Reader(1));
  add("claim several, claim several", "partly full", Ring(3, 6), Taker(3), Taker(3));
  add("repair, write", "a hole", LeaveAHole, Repairer(), writer);
  add("repair, repair", "a hole", LeaveAHole, Repairer(), Repairer());
  add("adopt, adopt", "partly full", LeaveAHolder, Adopter(), Adopter());
  add("take a seat, take a seat", "empty", Ring(3, 1), Newcomer(), Newcomer());
  add("take a seat, join and peek", "partly full", Ring(3, 5), Newcomer(), NewHolder());
  add("join, take a seat", "partly full", Ring(3, 5), Joiner(kLaterOptions), Newcomer());
  add("take a seat, join", "partly full", Ring(3, 5), Newcomer(), Joiner(kLaterOptions));
}

}  // namespace

void AddPairRows(std::vector<Row>* rows) {
  AddLosslessMeetings(rows);
  AddTinyMeetings(rows);
  AddStringMeetings(rows);
  AddOutlivingRows(rows);
}

}  // namespace fmmq::crash
