#include "tests/crash/rows.h"

namespace fmmq::crash {

void WriteMore(Scene& scene, size_t count, size_t size) {
  Actor& peer = scene.living;
  BecomeProducer(scene, peer);
  Prepare(peer, count, size);
  WriteAll(scene, peer);
  if (peer.written != peer.payloads.size()) scene.ledger().Complain("no room to begin with");
  peer.producer = {};
}

SceneCall Ring(size_t read, size_t unread, size_t size) {
  return [=](Scene& scene) {
    Actor& peer = scene.living;
    BecomeMember(scene, peer);
    for (size_t done = 0; done < read;) {
      const size_t some = read - done < 8 ? read - done : 8;
      WriteMore(scene, some, kSmall);
      while (ReadNext(scene, peer).ok()) continue;
      done += some;
    }
    peer.consumer = {};
    WriteMore(scene, unread, size);
  };
}

SceneCall FullRing() { return Ring(4, 32); }

void LeaveABareHole(Scene& scene) {
  Ring(3, 1)(scene);
  Actor dead(4);
  LeaveDead(scene, dead, [](Scene& its_scene, Actor& actor) {
    BecomeProducer(its_scene, actor);
    actor.producer.TryReserve(kSeveral).status().IgnoreError();
  });
}

void LeaveAHole(Scene& scene) {
  LeaveABareHole(scene);
  WriteMore(scene, 1, kSmall);
}

void LeaveADeadGroup(Scene& scene, const GroupOptions& options) {
  Actor dead(4);
  LeaveDead(scene, dead, [options](Scene& its_scene, Actor& actor) {
    OpenQueue(its_scene, actor);
    Result<Consumer> member = actor.queue.Join(kLaterGroup, options);
    if (!member.ok()) its_scene.ledger().Complain("a peer cannot join");
    actor.consumer = std::move(*member);
  });
}

}  // namespace fmmq::crash
