// The C API, with arguments as C programs get them wrong: null handles and results, sizes that do not
// go with their pointers, choices that do not exist, option structs of other versions; and a peer's
// stores to the mapping. What must hold: every answer is a status of the list; what is null or out
// of range is said so and changes nothing; handles open only when they were closed; while nobody
// spoils the queue, messages come whole, once and in order; a message in place lies in the ring.
//
// Input: policy (l, o, c), then operations: a letter, and its arguments. Where a handle is named, 0
// is it and 1 a null one.
//
//   P h      new producer         J h k   join the default group, or one (k: 1 exclusive,
//   w h s    write                        2 durable, 4 from the oldest, 8 of another size,
//   n h s    null with a size             16 reserved bits, 32 a kind that is none)
//   r h s    reserve              R h s   read            O h f   observe (f below 4: 2, 3 none)
//   c h s    commit               k h     peek            o h s   look
//   a h      abort                N h     next            q h     close
//   b h n s  a batch              B h n   peek at n       S s     set the string
//   p h      close                L h     release         s s n   get it; n: size of the struct
//   E h      end the stream       j h     close           i n     information, n as above
//   v n k    create again (n: size of the options, k: a policy), Q k open again (access k)
//   m ...    permissions of the bytes that follow         ! ...   store (support/scribbler.h)
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "fmmq/c/fmmq.h"
#include "fuzz/support/bounded.h"
#include "fuzz/support/exact.h"
#include "fuzz/support/input.h"
#include "fuzz/support/require.h"
#include "fuzz/support/scribbler.h"
#include "fuzz/support/window.h"

namespace fmmq::fuzz {
namespace {

constexpr int kMaxOperations = 300;
constexpr uint64_t kPast = 0;

// An option struct of another version: `size` bytes, as far as they are known, and zeros.
template <typename Struct>
Exact Resized(Struct options, uint64_t size) {
  options.size = size;
  Exact bytes(static_cast<size_t>(std::max<uint64_t>(size, sizeof(options.size))));
  std::memcpy(bytes.data(), &options, std::min(bytes.size(), sizeof(options)));
  return bytes;
}

fmmq_status Known(fmmq_status status) {
  FUZZ_REQUIRE(std::strcmp(fmmq_status_name(status), "unknown") != 0);
  FUZZ_REQUIRE(std::strcmp(fmmq_status_message(status), "unknown status code") != 0);
  return status;
}

class Run {
 public:
  explicit Run(Input input) : input_(input), queue_(Open()), window_(fmmq_queue_fd(&queue_)) {
    window_.MarkAll();
  }

  ~Run() {
    CloseAll();
    FUZZ_REQUIRE(fmmq_queue_close(&queue_) == FMMQ_OK);
    FUZZ_REQUIRE(fmmq_queue_close(&queue_) == FMMQ_CLOSED);
  }

  // Returns how many calls found the group table in use, and tried for a second.
  int All() {
    for (int left = kMaxOperations; left != 0 && !input_.empty(); --left) {
      const char letter = input_.Letter("PwnrcabpEJRkNBLjOoqSsivQm!!!");
      if (letter == '!') {
        spoiled_ = true;
        Scribble(window_, input_);
      } else if (!Produce(letter) && !Consume(letter)) {
        Other(letter);
      }
    }
    return patient_calls_;
  }

 private:
  fmmq_queue Open() {
    fmmq_options options = FMMQ_OPTIONS_INIT;
    options.capacity = 4096;
    options.seats = 4;
    options.groups = 3;
    options.string_size = 300;
    const char policy = input_.Letter("loc");
    lossless_ = policy == 'l';
    options.policy = policy == 'l'   ? FMMQ_POLICY_LOSSLESS
                     : policy == 'o' ? FMMQ_POLICY_OVERWRITE
                                     : FMMQ_POLICY_COMPAT;
    fmmq_queue queue = FMMQ_CLOSED_HANDLE;
    FUZZ_REQUIRE(fmmq_queue_create_anonymous(&queue, "c_api", FMMQ_NUL_TERMINATED, &options) ==
                 FMMQ_OK);
    return queue;
  }

  bool IsNull() { return input_.Number() == 1; }
  // A call on a null handle is one on a closed handle.
  void Judge(fmmq_status status, const void* handle) {
    if (handle == nullptr) FUZZ_REQUIRE(status == FMMQ_CLOSED || status == FMMQ_INVALID_ARGUMENT);
    Known(status);
  }

  std::string NewMessage(size_t size) {
    std::string message(size, '\0');
    ++serial_;
    for (size_t i = 0; i < size; ++i)
      message[i] = static_cast<char>(Window::kMark | (serial_ * 5 + i * 3));
    return message;
  }

  void Written(const std::string& message) { written_.push_back(message); }

  // A lossless queue with one reader is a list, as long as nobody spoils it.
  void CheckRead(const void* bytes, size_t size, uint64_t position) {
    FUZZ_REQUIRE(size <= fmmq_queue_max_message_size(&queue_));
    FUZZ_REQUIRE(window_.Shows(position, {bytes, size}));
    if (spoiled_ || !ordered_ || !lossless_) return;
    FUZZ_REQUIRE(!written_.empty() && written_.front().size() == size);
    FUZZ_REQUIRE(std::equal(written_.front().begin(), written_.front().end(),
                            static_cast<const char*>(bytes)));
    written_.pop_front();
  }

  // ---- producers ----

  bool Produce(char letter) {
    if (std::string_view("PwnrcabpE").find(letter) == std::string_view::npos) return false;
    fmmq_producer* const producer = IsNull() ? nullptr : &producer_;
    switch (letter) {
      case 'P':
        NewProducer(producer);
        break;
      case 'w': {
        const std::string message = NewMessage(input_.Size());
        const Exact bytes(message);
        const fmmq_status status = fmmq_producer_try_write(producer, bytes.data(), bytes.size());
        if (status == FMMQ_OK) Written(message);
        Judge(status, producer);
        break;
      }
      case 'n':
        WriteNull(producer, input_.Size());
        break;
      case 'r':
        Reserve(producer, input_.Size());
        break;
      case 'c':
        Commit(producer, input_.Size());
        break;
      case 'a':
        Judge(fmmq_producer_abort(producer), producer);
        break;
      case 'b': {
        const size_t count = input_.Below(6);
        WriteBatch(producer, count, input_.Size());
        break;
      }
      case 'E':
        Judge(fmmq_producer_end(producer), producer);
        break;
      default:
        Judge(fmmq_producer_close(producer), producer);
    }
    return true;
  }

  void NewProducer(fmmq_producer* producer) {
    const bool open = fmmq_producer_is_open(producer);
    const fmmq_status status = Known(fmmq_queue_new_producer(&queue_, producer));
    if (producer == nullptr) FUZZ_REQUIRE(status == FMMQ_INVALID_ARGUMENT);
    if (open) FUZZ_REQUIRE(status == FMMQ_OUT_OF_ORDER);
    FUZZ_REQUIRE(fmmq_producer_is_open(producer) == (open || status == FMMQ_OK));
    FUZZ_REQUIRE(fmmq_queue_new_producer(nullptr, producer) != FMMQ_OK);
  }

  void WriteNull(fmmq_producer* producer, size_t size) {
    const fmmq_status status = Known(fmmq_producer_try_write(producer, nullptr, size));
    if (size != 0) FUZZ_REQUIRE(status != FMMQ_OK);
    if (status == FMMQ_OK) Written("");
    FUZZ_REQUIRE(fmmq_producer_try_reserve(producer, size, nullptr) != FMMQ_OK);
    FUZZ_REQUIRE(fmmq_producer_try_write_batch(producer, nullptr, size, nullptr) != FMMQ_OK);
    FUZZ_REQUIRE(Known(fmmq_producer_write(producer, nullptr, size + 1, kPast)) != FMMQ_OK);
    FUZZ_REQUIRE(fmmq_producer_arm(producer, size, nullptr) != FMMQ_OK);
    int descriptor = -1;
    Known(fmmq_producer_arm(producer, size, &descriptor));
  }

  void Reserve(fmmq_producer* producer, size_t size) {
    void* place = nullptr;
    const fmmq_status status = fmmq_producer_try_reserve(producer, size, &place);
    Judge(status, producer);
    if (status != FMMQ_OK) return;
    reserved_ = NewMessage(size);
    std::copy(reserved_.begin(), reserved_.end(), static_cast<char*>(place));
    FUZZ_REQUIRE(window_.ShowsSomewhere({reserved_.data(), size}));
  }

  void Commit(fmmq_producer* producer, size_t size) {
    const fmmq_status status = fmmq_producer_commit(producer, size);
    Judge(status, producer);
    if (status != FMMQ_OK) return;
    FUZZ_REQUIRE(size <= reserved_.size());
    Written(reserved_.substr(0, size));
  }

  void WriteBatch(fmmq_producer* producer, size_t count, size_t size) {
    std::vector<std::string> messages;
    for (size_t i = 0; i < count; ++i) messages.push_back(NewMessage(size + i));
    std::vector<fmmq_bytes> batch;
    for (const std::string& message : messages) batch.push_back({message.data(), message.size()});
    size_t written = 0;
    const fmmq_status status =
        fmmq_producer_try_write_batch(producer, batch.data(), batch.size(), &written);
    Judge(status, producer);
    FUZZ_REQUIRE(status == FMMQ_OK ? written >= 1 && written <= count : written == 0);
    for (size_t i = 0; i < written; ++i) Written(messages[i]);
  }

  // ---- readers ----

  bool Consume(char letter) {
    if (std::string_view("JRkNBLjOoq").find(letter) == std::string_view::npos) return false;
    const bool null = IsNull();
    if (letter == 'O' || letter == 'o' || letter == 'q') {
      Observe(letter, null ? nullptr : &observer_);
      return true;
    }
    fmmq_consumer* const consumer = null ? nullptr : &consumer_;
    switch (letter) {
      case 'J':
        Join(consumer, input_.Number());
        break;
      case 'R':
        Read(consumer, input_.Size());
        break;
      case 'k':
        Peek(consumer);
        break;
      case 'N':
        Next(consumer);
        break;
      case 'B': {
        size_t count = 0;
        const size_t max = input_.Number();
        const fmmq_status status = fmmq_consumer_try_peek_batch(consumer, max, &count);
        Judge(status, consumer);
        if (status == FMMQ_OK) FUZZ_REQUIRE(count >= 1 && count <= max), unshown_ = count;
        FUZZ_REQUIRE(fmmq_consumer_try_peek_batch(consumer, max, nullptr) != FMMQ_OK);
        break;
      }
      case 'L':
        Release(consumer);
        break;
      default:
        if (fmmq_consumer_is_open(consumer)) ordered_ = false;
        Judge(fmmq_consumer_close(consumer), consumer);
    }
    return true;
  }

  void Join(fmmq_consumer* consumer, uint32_t kind) {
    if (patient_calls_ != 0) return;
    const bool open = fmmq_consumer_is_open(consumer);
    fmmq_group_options options = FMMQ_GROUP_OPTIONS_INIT;
    options.kind = (kind & 32) != 0 ? kind : kind & 1;
    options.durable = (kind & 2) != 0;
    options.from = (kind & 4) != 0 ? FMMQ_FROM_OLDEST : FMMQ_FROM_NOW;
    const uint64_t size = (kind & 8) != 0 ? input_.Number() : sizeof(options);
    if ((kind & 16) != 0) options.reserved = 1;
    if (kind != 0 && !open) ordered_ = false;
    const Exact given = Resized(options, size);
    const auto* const shown = reinterpret_cast<const fmmq_group_options*>(given.data());
    const fmmq_status status =
        kind == 0 ? fmmq_queue_join_default(&queue_, consumer)
                  : fmmq_queue_join(&queue_, consumer, "group", FMMQ_NUL_TERMINATED, shown);
    Known(status);
    if (status == FMMQ_BUSY) ++patient_calls_;
    if (consumer == nullptr) FUZZ_REQUIRE(status == FMMQ_INVALID_ARGUMENT);
    if (open) FUZZ_REQUIRE(status == FMMQ_OUT_OF_ORDER);
    if (!open && consumer != nullptr && size >= sizeof(options) && (kind & 48) != 0)
      FUZZ_REQUIRE(status == FMMQ_INVALID_ARGUMENT);
    FUZZ_REQUIRE(fmmq_consumer_is_open(consumer) == (open || status == FMMQ_OK));
  }

  void Read(fmmq_consumer* consumer, size_t room) {
    Exact buffer(room);
    fmmq_received received = {};
    const fmmq_status status =
        fmmq_consumer_try_read(consumer, buffer.data(), buffer.size(), &received);
    Judge(status, consumer);
    if (status == FMMQ_OK) {
      FUZZ_REQUIRE(received.size <= room);
      CheckRead(buffer.data(), received.size, received.position);
    }
    if (status == FMMQ_BUFFER_TOO_SMALL) FUZZ_REQUIRE(received.size > room);
    FUZZ_REQUIRE(fmmq_consumer_try_read(consumer, nullptr, room + 1, &received) != FMMQ_OK);
    FUZZ_REQUIRE(fmmq_consumer_read(consumer, buffer.data(), room, kPast, nullptr) != FMMQ_OK);
  }

  void Peek(fmmq_consumer* consumer) {
    fmmq_message message = {};
    const fmmq_status status = fmmq_consumer_try_peek(consumer, &message);
    Judge(status, consumer);
    if (status == FMMQ_OK) CheckRead(message.data, message.size, message.position);
    FUZZ_REQUIRE(fmmq_consumer_try_peek(consumer, nullptr) != FMMQ_OK);
  }

  void Next(fmmq_consumer* consumer) {
    fmmq_message message = {};
    FUZZ_REQUIRE(fmmq_consumer_next(consumer, nullptr) != FMMQ_OK);
    const fmmq_status status = fmmq_consumer_next(consumer, &message);
    Judge(status, consumer);
    if (status != FMMQ_OK) return;
    if (unshown_ != 0) --unshown_;
    CheckRead(message.data, message.size, message.position);
  }

  // What a batch had and nobody looked at is gone, too.
  void Release(fmmq_consumer* consumer) {
    const fmmq_status status = fmmq_consumer_release(consumer);
    Judge(status, consumer);
    if (status != FMMQ_OK) return;
    for (; unshown_ != 0 && !written_.empty(); --unshown_) written_.pop_front();
    unshown_ = 0;
  }

  void Observe(char letter, fmmq_observer* observer) {
    if (letter == 'q') return Judge(fmmq_observer_close(observer), observer);
    if (letter == 'O') {
      const uint32_t from = input_.Below(4);
      const bool open = fmmq_observer_is_open(observer);
      const fmmq_status status = Known(fmmq_queue_observe(&queue_, observer, from));
      if (from > FMMQ_FROM_OLDEST || observer == nullptr) FUZZ_REQUIRE(status != FMMQ_OK);
      FUZZ_REQUIRE(fmmq_observer_is_open(observer) == (open || status == FMMQ_OK));
      return;
    }
    Exact buffer(input_.Size());
    fmmq_received received = {};
    const fmmq_status status =
        fmmq_observer_try_read(observer, buffer.data(), buffer.size(), &received);
    Judge(status, observer);
    FUZZ_REQUIRE(fmmq_observer_try_read(observer, buffer.data(), 0, nullptr) != FMMQ_OK);
    if (status != FMMQ_OK) return;
    FUZZ_REQUIRE(received.size <= buffer.size());
    FUZZ_REQUIRE(window_.Shows(received.position, {buffer.data(), received.size}));
    int descriptor = -1;
    Known(fmmq_observer_arm(observer, &descriptor));
  }

  // ---- the queue ----

  void Other(char letter) {
    switch (letter) {
      case 'S': {
        const Exact value(NewMessage(input_.Size()));
        const fmmq_status status =
            Known(fmmq_queue_set_string(&queue_, value.data(), value.size(), kPast));
        FUZZ_REQUIRE((status == FMMQ_TOO_LARGE) == (value.size() > 300));
        return;
      }
      case 's': {
        const size_t room = input_.Size();
        return GetString(room, input_.Number());
      }
      case 'i':
        return LookAtAll(input_.Size());
      case 'v': {
        const uint64_t size = input_.Number();
        return CreateAgain(size, input_.Number());
      }
      case 'Q':
        return OpenAgain(input_.Number());
      default: {
        const Exact text(input_.Bytes(input_.Below(12)));
        uint32_t mode = 0;
        Known(fmmq_parse_permissions(text.data(), text.size(), &mode));
        FUZZ_REQUIRE(mode <= 0777);
        FUZZ_REQUIRE(fmmq_parse_permissions(text.data(), text.size(), nullptr) != FMMQ_OK);
      }
    }
  }

  void GetString(size_t room, size_t info_size) {
    Exact buffer(room);
    Exact info(info_size);
    const fmmq_status status = Known(fmmq_queue_get_string(
        &queue_, buffer.data(), room, reinterpret_cast<fmmq_string_info*>(info.data()), info_size));
    if (status != FMMQ_OK || info_size < sizeof(fmmq_string_info)) return;
    fmmq_string_info known;
    std::memcpy(&known, info.data(), sizeof(known));
    FUZZ_REQUIRE(known.size <= room && known.size <= 300);
    FUZZ_REQUIRE(Window::IsMarked({buffer.data(), known.size}));
  }

  // Structs that are shorter or longer than this library's: not a byte more is written.
  void LookAtAll(size_t size) {
    Exact info(size), presence(size);
    const auto* const queue = input_.Number() == 1 ? nullptr : &queue_;
    Known(fmmq_queue_get_info(queue, reinterpret_cast<fmmq_info*>(info.data()), size));
    Known(fmmq_queue_get_presence(queue, reinterpret_cast<fmmq_presence*>(presence.data()), size));
    FUZZ_REQUIRE(fmmq_queue_get_info(queue, nullptr, size + 1) != FMMQ_OK);
    Known(fmmq_queue_get_info(queue, nullptr, 0));
    Exact stats(size);
    Known(fmmq_producer_get_stats(&producer_, reinterpret_cast<fmmq_stats*>(stats.data()), size));
    Known(fmmq_consumer_get_stats(&consumer_, reinterpret_cast<fmmq_stats*>(stats.data()), size));
    Known(fmmq_observer_get_stats(&observer_, reinterpret_cast<fmmq_stats*>(stats.data()), size));
    const size_t max = size % 5;
    std::vector<fmmq_group_info> groups(max);
    size_t count = 0;
    const fmmq_status status =
        Known(fmmq_queue_get_groups(queue, groups.data(), sizeof(fmmq_group_info), max, &count));
    FUZZ_REQUIRE(status != FMMQ_OK || count <= max);
    FUZZ_REQUIRE(fmmq_queue_get_groups(queue, groups.data(), size % 7, max, &count) != FMMQ_OK);
  }

  void CreateAgain(uint64_t size, uint32_t policy) {
    fmmq_options options = FMMQ_OPTIONS_INIT;
    options.capacity = 4096;
    options.policy = policy;
    const Exact given = Resized(options, size);
    const auto* const shown = reinterpret_cast<const fmmq_options*>(given.data());
    FUZZ_REQUIRE(fmmq_queue_create_anonymous(&queue_, "", 0, shown) == FMMQ_OUT_OF_ORDER);
    fmmq_queue other = FMMQ_CLOSED_HANDLE;
    const fmmq_status status = Known(fmmq_queue_create_anonymous(&other, "", 0, shown));
    const bool good = size >= sizeof(options) && policy <= FMMQ_POLICY_COMPAT;
    FUZZ_REQUIRE(status == (good ? FMMQ_OK : FMMQ_INVALID_ARGUMENT));
    FUZZ_REQUIRE(fmmq_queue_is_open(&other) == good);
    FUZZ_REQUIRE((fmmq_required_size(shown) != 0) == good);
    fmmq_queue_close(&other);
  }

  void OpenAgain(fmmq_access access) {
    fmmq_queue other = FMMQ_CLOSED_HANDLE;
    const fmmq_status status = fmmq_queue_open_fd(&other, fmmq_queue_fd(&queue_), access);
    FUZZ_REQUIRE(status == (access > FMMQ_ACCESS_READ_WRITE ? FMMQ_INVALID_ARGUMENT : FMMQ_OK));
    FUZZ_REQUIRE(fmmq_queue_open_fd(&other, -1, access) != FMMQ_OK);
    fmmq_queue_close(&other);
  }

  void CloseAll() {
    fmmq_consumer_close(&consumer_);
    fmmq_producer_close(&producer_);
    fmmq_observer_close(&observer_);
    FUZZ_REQUIRE(!fmmq_consumer_is_open(&consumer_) && !fmmq_producer_is_open(&producer_) &&
                 !fmmq_observer_is_open(&observer_));
  }

  Input input_;
  bool lossless_ = true;
  bool ordered_ = true;  // one reader, from the first message on
  bool spoiled_ = false;
  fmmq_queue queue_;
  Window window_;
  fmmq_producer producer_ = FMMQ_CLOSED_HANDLE;
  fmmq_consumer consumer_ = FMMQ_CLOSED_HANDLE;
  fmmq_observer observer_ = FMMQ_CLOSED_HANDLE;
  std::string reserved_;
  std::deque<std::string> written_;
  size_t unshown_ = 0;  // of a batch that is held
  uint32_t serial_ = 0;
  int patient_calls_ = 0;
};

}  // namespace
}  // namespace fmmq::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fmmq::fuzz;
  Bounded([&] { return Run(Input(data, size)).All(); });
  return 0;
}
