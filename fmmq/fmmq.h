// fmmq: a message queue for the programs of one Linux machine, in a file of shared memory.
//
//   auto queue = fmmq::Queue::OpenOrCreate("orders");      // /dev/shm/fmmq.orders
//   auto producer = queue->NewProducer();
//   fmmq::Status written = producer->TryWrite("a message");
//
//   auto consumer = queue->Join();                         // the group "default"
//   char buffer[4096];
//   auto message = consumer->TryRead(buffer);              // message->size bytes of buffer
//
// No exceptions, no heap, no threads, nothing printed: every call returns a Status or a Result.
#ifndef FMMQ_FMMQ_H_
#define FMMQ_FMMQ_H_

#include "fmmq/base/bytes.h"       // IWYU pragma: export
#include "fmmq/base/result.h"      // IWYU pragma: export
#include "fmmq/base/status.h"      // IWYU pragma: export
#include "fmmq/base/version.h"     // IWYU pragma: export
#include "fmmq/discovery/match.h"  // IWYU pragma: export
#include "fmmq/format/geometry.h"  // IWYU pragma: export
#include "fmmq/format/names.h"     // IWYU pragma: export
#include "fmmq/format/options.h"   // IWYU pragma: export
#include "fmmq/queue/consumer.h"   // IWYU pragma: export
#include "fmmq/queue/message.h"    // IWYU pragma: export
#include "fmmq/queue/observer.h"   // IWYU pragma: export
#include "fmmq/queue/producer.h"   // IWYU pragma: export
#include "fmmq/queue/queue.h"      // IWYU pragma: export
#include "fmmq/wait/deadline.h"    // IWYU pragma: export

#endif  // FMMQ_FMMQ_H_
