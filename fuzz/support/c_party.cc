#include "fuzz/support/c_party.h"

#include <vector>

#include "fuzz/support/scribbler.h"

namespace fmmq::fuzz {
namespace {

constexpr int kMaxOperations = 300;
constexpr uint64_t kPast = 0;

}  // namespace

CParty::CParty(Input input) : input_(input), queue_(Open()), window_(fmmq_queue_fd(&queue_)) {
  window_.MarkAll();
}

CParty::~CParty() {
  CloseAll();
  FUZZ_REQUIRE(fmmq_queue_close(&queue_) == FMMQ_OK);
  FUZZ_REQUIRE(fmmq_queue_close(&queue_) == FMMQ_CLOSED);
}

int CParty::All() {
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

fmmq_queue CParty::Open() {
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

void CParty::Judge(fmmq_status status, const void* handle) {
  if (handle == nullptr) FUZZ_REQUIRE(status == FMMQ_CLOSED || status == FMMQ_INVALID_ARGUMENT);
  Known(status);
}

std::string CParty::NewMessage(size_t size) {
  std::string message(size, '\0');
  ++serial_;
  for (size_t i = 0; i < size; ++i)
    message[i] = static_cast<char>(Window::kMark | (serial_ * 5 + i * 3));
  return message;
}

void CParty::CheckRead(const void* bytes, size_t size, uint64_t position) {
  FUZZ_REQUIRE(size <= fmmq_queue_max_message_size(&queue_));
  FUZZ_REQUIRE(window_.Shows(position, {bytes, size}));
  if (spoiled_ || !ordered_ || !lossless_) return;
  FUZZ_REQUIRE(!written_.empty() && written_.front().size() == size);
  FUZZ_REQUIRE(std::equal(written_.front().begin(), written_.front().end(),
                          static_cast<const char*>(bytes)));
  written_.pop_front();
}

// ---- producers ----

bool CParty::Produce(char letter) {
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

void CParty::NewProducer(fmmq_producer* producer) {
  const bool open = fmmq_producer_is_open(producer);
  const fmmq_status status = Known(fmmq_queue_new_producer(&queue_, producer));
  if (producer == nullptr) FUZZ_REQUIRE(status == FMMQ_INVALID_ARGUMENT);
  if (open) FUZZ_REQUIRE(status == FMMQ_OUT_OF_ORDER);
  FUZZ_REQUIRE(fmmq_producer_is_open(producer) == (open || status == FMMQ_OK));
  FUZZ_REQUIRE(fmmq_queue_new_producer(nullptr, producer) != FMMQ_OK);
}

void CParty::WriteNull(fmmq_producer* producer, size_t size) {
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

void CParty::Reserve(fmmq_producer* producer, size_t size) {
  void* place = nullptr;
  const fmmq_status status = fmmq_producer_try_reserve(producer, size, &place);
  Judge(status, producer);
  if (status != FMMQ_OK) return;
  reserved_ = NewMessage(size);
  std::copy(reserved_.begin(), reserved_.end(), static_cast<char*>(place));
  FUZZ_REQUIRE(window_.ShowsSomewhere({reserved_.data(), size}));
}

void CParty::Commit(fmmq_producer* producer, size_t size) {
  const fmmq_status status = fmmq_producer_commit(producer, size);
  Judge(status, producer);
  if (status != FMMQ_OK) return;
  FUZZ_REQUIRE(size <= reserved_.size());
  Written(reserved_.substr(0, size));
}

void CParty::WriteBatch(fmmq_producer* producer, size_t count, size_t size) {
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

// ---- the queue ----

void CParty::Other(char letter) {
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

void CParty::GetString(size_t room, size_t info_size) {
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

void CParty::LookAtAll(size_t size) {
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

void CParty::CreateAgain(uint64_t size, uint32_t policy) {
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

void CParty::OpenAgain(fmmq_access access) {
  fmmq_queue other = FMMQ_CLOSED_HANDLE;
  const fmmq_status status = fmmq_queue_open_fd(&other, fmmq_queue_fd(&queue_), access);
  FUZZ_REQUIRE(status == (access > FMMQ_ACCESS_READ_WRITE ? FMMQ_INVALID_ARGUMENT : FMMQ_OK));
  FUZZ_REQUIRE(fmmq_queue_open_fd(&other, -1, access) != FMMQ_OK);
  fmmq_queue_close(&other);
}

void CParty::CloseAll() {
  fmmq_consumer_close(&consumer_);
  fmmq_producer_close(&producer_);
  fmmq_observer_close(&observer_);
  FUZZ_REQUIRE(!fmmq_consumer_is_open(&consumer_) && !fmmq_producer_is_open(&producer_) &&
               !fmmq_observer_is_open(&observer_));
}

}  // namespace fmmq::fuzz
