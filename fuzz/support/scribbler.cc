#include "fuzz/support/scribbler.h"

#include "fmmq/format/words.h"

namespace fmmq::fuzz {
namespace {

constexpr uint64_t kMarks = 0x8080808080808080u;

uint64_t MemberOf(const Window& window, uint32_t group) {
  const uint32_t groups = window.geometry().groups;
  if (groups == 0) return Encode(format::SeatIdentity{format::Role::kMember, group, 1});
  group %= groups;
  const format::GroupState state = format::DecodeGroup(window.group(group).state.load());
  return Encode(format::SeatIdentity{format::Role::kMember, group, state.generation});
}

uint64_t StateOf(uint64_t old, format::Phase phase, uint32_t bits) {
  format::GroupState state = format::DecodeGroup(old);
  state.phase = phase;
  state.exclusive = (bits & 1) != 0;
  state.durable = (bits & 2) != 0;
  if (state.name_bytes == 0) state.name_bytes = bits;
  return Encode(state);
}

void ScribbleOnDescriptor(const Window& window, Input& input) {
  const uint64_t position = window.control().head.load() - input.Number();
  auto& word = window.descriptor(position);
  const auto lap = static_cast<uint32_t>((position >> window.geometry().lap_shift) + 1);
  const char kind = input.Letter("saionr");
  const uint64_t size = input.Size();
  switch (kind) {
    case 's':
      return word.store(format::StartWord(lap, size));
    case 'a':
      return word.store(format::AbortedWord(lap, size));
    case 'i':
      return word.store(format::InteriorWord(lap));
    case 'o':
      return word.store(format::StartWord(lap - 1, size));
    case 'n':
      return word.store(format::StartWord(lap + 1, size));
    default:
      return word.store(input.Word());
  }
}

void Change(const Window& window, Window::Word& word, Input& input) {
  word.store(ScribbledValue(window, word.load(), input));
}

// Words of one kind of structure, each a line long.
template <typename Struct>
void ChangeIn(const Window& window, Struct& structure, Input& input) {
  auto* const words = reinterpret_cast<Window::Word*>(&structure);
  Change(window, words[input.Below(sizeof(Struct) / sizeof(Window::Word))], input);
}

void ScribbleOnData(const Window& window, Input& input) {
  auto* const words = reinterpret_cast<Window::Word*>(window.data());
  const uint32_t count = static_cast<uint32_t>(window.geometry().data_bytes / sizeof(*words));
  auto& word = words[(input.Byte() * 257u + input.Byte()) % count];
  word.store(ScribbledValue(window, word.load(), input) | kMarks);
}

void ScribbleAnywhere(const Window& window, Input& input) {
  auto& word = window.word(input.Byte() * 256u + input.Byte());
  const auto* const byte = reinterpret_cast<const unsigned char*>(&word);
  const auto* const data = window.data();
  const format::Geometry& geometry = window.geometry();
  const bool in_data = byte >= data;
  const bool in_string = geometry.string_bytes != 0 && byte >= window.string_buffer(0) &&
                         byte < reinterpret_cast<unsigned char*>(&window.descriptor(0));
  const uint64_t value = ScribbledValue(window, word.load(), input);
  word.store(in_data || in_string ? value | kMarks : value);
}

}  // namespace

uint64_t ScribbledValue(const Window& window, uint64_t old, Input& input) {
  const uint64_t head = window.control().head.load();
  switch (input.Letter("01ft+-hHerMPOLJb")) {
    case '0':
      return 0;
    case '1':
      return 1;
    case 'f':
      return ~uint64_t{0};
    case 't':
      return uint64_t{1} << 63;
    case '+':
      return old + input.Number();
    case '-':
      return old - input.Number();
    case 'h':
      return head - input.Number();
    case 'H':
      return head + input.Number();
    case 'e':
      return head + 2;
    case 'M':
      return MemberOf(window, input.Number());
    case 'P':
      return Encode(format::SeatIdentity{format::Role::kProducer, 0, 0});
    case 'O':
      return Encode(format::SeatIdentity{format::Role::kObserver, 0, 0});
    case 'L':
      return StateOf(old, format::Phase::kLive, input.Number());
    case 'J':
      return StateOf(old, format::Phase::kJoining, input.Number());
    case 'b':
      return input.Byte();
    default:
      return input.Word();
  }
}

void Scribble(const Window& window, Input& input) {
  const format::Geometry& geometry = window.geometry();
  switch (input.Letter("csgt$%&")) {
    case 'c':
      return ChangeIn(window, window.control(), input);
    case 's':
      return ChangeIn(window, window.seat(input.Below(geometry.seats)), input);
    case 'g':
      if (geometry.groups == 0) return;
      return ChangeIn(window, window.group(input.Below(geometry.groups)), input);
    case 't':
      if (geometry.string_bytes == 0) return;
      return ChangeIn(window, window.string(), input);
    case '$':
      return ScribbleOnDescriptor(window, input);
    case '%':
      return ScribbleOnData(window, input);
    default:
      return ScribbleAnywhere(window, input);
  }
}

ScribblingThread::ScribblingThread(const Window& window, uint64_t seed)
    : window_(window), thread_([this, seed] { Run(seed); }) {}

ScribblingThread::~ScribblingThread() {
  stop_.store(true, std::memory_order_relaxed);
  thread_.join();
}

void ScribblingThread::Run(uint64_t seed) {
  uint64_t state = seed | 1;
  while (!stop_.load(std::memory_order_relaxed)) {
    uint64_t words[4];
    for (uint64_t& word : words) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      word = state;
    }
    Input input(reinterpret_cast<const uint8_t*>(words), sizeof(words));
    Scribble(window_, input);
    stores_.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace fmmq::fuzz
