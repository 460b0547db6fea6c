#include "tests/crash/rows.h"

namespace fmmq::crash {

SceneCall Ring(size_t read, size_t unread, size_t size) {
  return [=](Scene& scene) {
    Actor& peer = scene.living;
    BecomeProducer(scene, peer);
    BecomeMember(scene, peer);
    Prepare(peer, read, kSmall);
    while (peer.written < read) {
      WriteAll(scene, peer);
      while (ReadNext(scene, peer).ok()) continue;
    }
    Prepare(peer, unread, size);
    WriteAll(scene, peer);
    if (peer.written != read + unread) scene.ledger().Complain("the ring takes less than this");
    peer.producer = {};
    peer.consumer = {};
  };
}

SceneCall FullRing() { return Ring(4, 32); }

}  // namespace fmmq::crash
