// Arbitrary bytes as a segment, then every operation. What must hold: each call returns; a message
// read lies inside the ring's size; nothing crashes.
//
// Input: one byte of shape, then the bytes.
//   shape bit 0    0: the bytes are the whole file; 1: they overlay a good segment's mutable part
//   shape bits 1-2 the good segment's policy
//   shape bit 3    single producer
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "fmmq/fmmq.h"
#include "fmmq/format/geometry.h"

namespace {

volatile uint64_t sink;  // so that messages are really read

void Require(bool condition) {
  if (!condition) std::abort();
}

std::vector<uint8_t> GoodSegment(uint8_t shape) {
  fmmq::Options options;
  options.capacity = 4096;
  options.seats = 3;
  options.groups = 3;
  options.policy = static_cast<fmmq::Policy>(std::min(shape >> 1 & 3, 2));
  options.single_producer = (shape & 8) != 0;
  fmmq::format::Geometry geometry;
  Require(fmmq::format::ComputeGeometry(options, 4096, &geometry));
  std::vector<uint8_t> bytes(geometry.segment_bytes);
  auto* header = reinterpret_cast<fmmq::format::Header*>(bytes.data());
  FillHeader(options, geometry, 4096, header);
  header->flags |= fmmq::format::kAnonymous;
  SealHeader(header);
  return bytes;
}

int MakeFile(const std::vector<uint8_t>& bytes) {
  const int fd = memfd_create("fmmq.fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  Require(fd >= 0 && write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  Require(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0);
  return fd;
}

void Produce(fmmq::Queue& queue) {
  auto producer = queue.NewProducer();
  const fmmq::ConstBytes batch[] = {"one", "two", "three"};
  producer->TryWrite("a message").IgnoreError();
  producer->TryWriteBatch(batch, 3).status().IgnoreError();
  const auto place = producer->TryReserve(100);
  if (place.ok()) std::fill_n(static_cast<char*>(place->data()), place->size(), 'x');
  producer->Commit(40).IgnoreError();
}

void Consume(fmmq::Queue& queue, std::string_view group, const fmmq::GroupOptions& options) {
  static char buffer[8192];
  auto consumer = queue.Join(group, options);
  for (int i = 0; i < 20; ++i) {  // often enough for it to look after the dead
    const auto received = consumer->TryRead(buffer);
    if (received.ok()) Require(received->size <= queue.max_message_size());
  }
  uint64_t sum = 0;
  if (consumer->TryPeekBatch(3).ok()) {
    for (auto message = consumer->Next(); message.ok(); message = consumer->Next()) {
      Require(message->bytes.size() <= queue.max_message_size());
      const auto* bytes = static_cast<const uint8_t*>(message->bytes.data());
      for (size_t i = 0; i < message->bytes.size(); ++i) sum += bytes[i];
    }
  }
  sink = sum;
  consumer->Release().IgnoreError();
}

void Look(fmmq::Queue& queue) {
  static char buffer[8192];
  auto observer = queue.Observe(fmmq::From::kOldest);
  for (int i = 0; i < 20; ++i) {
    const auto received = observer->TryRead(buffer);
    if (received.ok()) Require(received->size <= queue.max_message_size());
  }
  fmmq::GroupInfo groups[4];
  Require(queue.Groups(groups, 4) <= 4);
  Require(queue.Info().capacity >= 4096);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t shape = data[0];
  std::vector<uint8_t> bytes(data + 1, data + size);
  if ((shape & 1) != 0) {
    std::vector<uint8_t> good = GoodSegment(shape);
    const size_t from = fmmq::format::kControlOffset;
    std::copy_n(bytes.begin(), std::min(bytes.size(), good.size() - from), good.begin() + from);
    bytes = std::move(good);
  }
  const int fd = MakeFile(bytes);
  for (const fmmq::Access access : {fmmq::Access::kReadWrite, fmmq::Access::kReadOnly}) {
    auto queue = fmmq::Queue::OpenFd(fd, access);
    if (!queue.ok()) continue;
    Look(*queue);
    Produce(*queue);
    Consume(*queue, "default", {fmmq::GroupKind::kShared, true, fmmq::From::kNow});
    Consume(*queue, "other", {fmmq::GroupKind::kExclusive, false, fmmq::From::kOldest});
    Look(*queue);
  }
  close(fd);
  return 0;
}
