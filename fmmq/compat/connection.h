// One connection of the predecessor's kind: what stands behind one small integer.
#ifndef FMMQ_COMPAT_CONNECTION_H_
#define FMMQ_COMPAT_CONNECTION_H_

#include <cstdint>
#include <string_view>
#include <utility>

#include "fmmq/compat/text.h"
#include "fmmq/fmmq.h"

namespace fmmq::compat {

// Bytes of the shared string, as in the predecessor.
inline constexpr uint32_t kStringBytes = 999'999;

// Of a queue made by createmmap. The predecessor's ring held 999,999 bytes, a space after each
// message included: with one byte each, 499,999 messages. Here each takes a block at least: 2^19
// blocks hold that, and the smallest blocks make it cheapest: 8 MiB, and 4 MiB of descriptors. (Of
// empty messages it holds 524,288.) A reader in mode 0 that writers overtake goes on three quarters
// of a ring behind them: still 999,999 bytes, in messages of two bytes or more. A process takes up
// to two seats for each connection.
constexpr Options QueueOptions(uint32_t mode) {
  Options options;
  options.capacity = uint64_t{8} << 20;
  options.block_size = 16;
  options.seats = 1024;
  options.groups = 16;
  options.string_size = kStringBytes;
  options.policy = Policy::kCompat;
  options.mode = mode;
  return options;
}

// One thread at a time. After a fork, the child's first call attaches anew.
class Connection {
 public:
  // `queue` is open. What was written before a connection was made is old to it; but nothing is old
  // to who created the queue: others may have found it, and written, before this begins.
  enum class Origin { kCreated, kConnected };
  Connection(Queue queue, Origin origin) : queue_(std::move(queue)) {
    const QueueInfo info = queue_.Info();
    block_size_ = info.block_size;
    block_count_ = info.capacity / info.block_size;
    seen_ = origin == Origin::kCreated ? 0 : info.head;
  }

  Status Write(std::string_view text);
  // What was read before something went wrong is in *text, too.
  Status ReadUnconsumed(Text* text);  // mode 0
  Status ReadNew(Text* text);         // mode 1
  Status GetString(Text* text);
  Status SetString(ConstBytes value);

 private:
  // Positions that the group has yet to read.
  struct Stretch {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  Stretch Unconsumed() const;
  uint64_t BlocksOf(size_t bytes) const {
    return bytes == 0 ? 1 : (bytes + block_size_ - 1) / block_size_;
  }
  void NoteSeen(uint64_t position) { seen_ = position > seen_ ? position : seen_; }

  Status WriteOnce(std::string_view text);
  Status ReadUnconsumedOnce(Text* text);
  Status ReadNewOnce(Text* text);
  Status GetStringOnce(Text* text) const;
  // An observer that no writer has overtaken yet.
  Status PrepareObserver(uint64_t head);

  template <typename Call>
  Status InThisProcess(Call&& call);
  Status AttachAnew();

  Queue queue_;
  uint64_t block_size_ = 0;
  uint64_t block_count_ = 0;
  // Each is made when it is first needed: it takes a seat, and rights.
  Producer producer_;
  Consumer consumer_;
  Observer observer_;
  // Everything before this position is old to mode 1.
  uint64_t seen_ = 0;
  bool let_overwrite_ = false;
};

}  // namespace fmmq::compat

#endif  // FMMQ_COMPAT_CONNECTION_H_
