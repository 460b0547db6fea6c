#include "fuzz/support/c_party.h"

namespace fmmq::fuzz {
namespace {

constexpr uint64_t kPast = 0;

}  // namespace

bool CParty::Consume(char letter) {
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

void CParty::Join(fmmq_consumer* consumer, uint32_t kind) {
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

void CParty::Read(fmmq_consumer* consumer, size_t room) {
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

void CParty::Peek(fmmq_consumer* consumer) {
  fmmq_message message = {};
  const fmmq_status status = fmmq_consumer_try_peek(consumer, &message);
  Judge(status, consumer);
  if (status == FMMQ_OK) CheckRead(message.data, message.size, message.position);
  FUZZ_REQUIRE(fmmq_consumer_try_peek(consumer, nullptr) != FMMQ_OK);
}

void CParty::Next(fmmq_consumer* consumer) {
  fmmq_message message = {};
  FUZZ_REQUIRE(fmmq_consumer_next(consumer, nullptr) != FMMQ_OK);
  const fmmq_status status = fmmq_consumer_next(consumer, &message);
  Judge(status, consumer);
  if (status != FMMQ_OK) return;
  if (unshown_ != 0) --unshown_;
  CheckRead(message.data, message.size, message.position);
}

void CParty::Release(fmmq_consumer* consumer) {
  const fmmq_status status = fmmq_consumer_release(consumer);
  Judge(status, consumer);
  if (status != FMMQ_OK) return;
  for (; unshown_ != 0 && !written_.empty(); --unshown_) written_.pop_front();
  unshown_ = 0;
}

void CParty::Observe(char letter, fmmq_observer* observer) {
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

}  // namespace fmmq::fuzz
