// The peers that are installed: tools/bench says so with --define (see BUILD.bazel).
#ifndef FMMQ_BENCH_TRANSPORTS_PEERS_H_
#define FMMQ_BENCH_TRANSPORTS_PEERS_H_

#include <cstddef>

#include "bench/transports/pipe.h"
#include "bench/transports/posix_queue.h"
#include "bench/transports/seqpacket.h"
#ifdef BENCH_BOOST
#include "bench/transports/boost_queue.h"
#endif
#ifdef BENCH_CK
#include "bench/transports/ck_ring.h"
#endif
#ifdef BENCH_ICEORYX
#include "bench/transports/iceoryx.h"
#endif
#ifdef BENCH_ZEROMQ
#include "bench/transports/zeromq.h"
#endif

namespace bench {

template <typename T>
struct Type {
  using type = T;
};

// Calls visit(name, Type<T>()) for each peer with any number of producers, then for the others.
template <typename Visit>
void ForPeersOfManyProducers(const Visit& visit) {
  (void)visit;
#ifdef BENCH_BOOST
  visit("Boost", Type<BoostQueue>());
#endif
#ifdef BENCH_ZEROMQ
  visit("ZeroMQ", Type<ZeroMq>());
#endif
  visit("POSIX queue", Type<PosixQueue>());
  visit("seqpacket", Type<Seqpacket>());
}

template <typename Visit>
void ForPeersOfOneProducer(const Visit& visit) {
  visit("pipe", Type<Pipe>());
#ifdef BENCH_ICEORYX
  visit("iceoryx", Type<Iceoryx>());
#endif
}

// ck_ring's elements have a size at compile time. It is measured with and without a pause after
// each miss: the better one counts.
template <size_t kBytes, typename Visit>
void ForCkRings(const Visit& visit) {
  (void)visit;
#ifdef BENCH_CK
  visit("ck_ring, polling", Type<CkRing<kBytes, CkKind::kSpsc, 1>>());
  visit("ck_ring, pausing", Type<CkRing<kBytes, CkKind::kSpsc, 200>>());
#endif
}

template <size_t kBytes, typename Visit>
void ForCkRingsOfManyProducers(const Visit& visit) {
  (void)visit;
#ifdef BENCH_CK
  visit("ck_ring, polling", Type<CkRing<kBytes, CkKind::kMpsc, 1>>());
  visit("ck_ring, pausing", Type<CkRing<kBytes, CkKind::kMpsc, 200>>());
#endif
}

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_PEERS_H_
