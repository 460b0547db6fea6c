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

}  // namespace fmmq::crash
