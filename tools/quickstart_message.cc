#include "tools/quickstart_message.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace fmmq::tools {
namespace {

// One message in so many is of any size up to kMaxSize, the others are small.
constexpr uint64_t kOneLargeIn = 512;
constexpr size_t kSmallSize = 400;
constexpr size_t kPatternBytes = 64 * 1024;

// SplitMix64: every bit of the result depends on every bit of the number.
uint64_t Mix(uint64_t number) {
  number += 0x9e3779b97f4a7c15u;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
  return number ^ (number >> 31);
}

size_t SizeOf(uint64_t number) {
  const uint64_t mixed = Mix(number);
  const bool large = number % kOneLargeIn == kOneLargeIn - 1;
  const size_t body = (large ? MessageMaker::kMaxSize : kSmallSize) - sizeof(MessageHeader);
  return sizeof(MessageHeader) + mixed % (body + 1);
}

size_t PatternOffset(uint64_t number) {
  return (Mix(number) >> 32) % (kPatternBytes - MessageMaker::kMaxSize);
}

}  // namespace

MessageMaker::MessageMaker() : pattern_(kPatternBytes) {
  for (size_t i = 0; i < pattern_.size(); ++i) pattern_[i] = static_cast<char>(Mix(i) & 0xff);
}

std::string_view MessageMaker::Make(uint64_t number, uint32_t sender) {
  const size_t size = SizeOf(number);
  const MessageHeader header = {number, sender, static_cast<uint32_t>(size)};
  message_.resize(sizeof(header));
  std::memcpy(message_.data(), &header, sizeof(header));
  message_.append(&pattern_[PatternOffset(number)], size - sizeof(header));
  return message_;
}

std::string MessageMaker::Check(uint64_t number, std::string_view message) {
  if (message.size() < sizeof(MessageHeader)) {
    return absl::StrCat("message ", number, " has only ", message.size(), " bytes");
  }
  const MessageHeader header = ReadHeader(message);
  if (header.number != number) {
    return absl::StrCat("message ", header.number, " came where ", number, " was due");
  }
  if (message == Make(number, header.sender)) return "";
  return absl::StrCat("message ", number, " has other bytes than were sent");
}

MessageHeader ReadHeader(std::string_view message) {
  MessageHeader header;
  std::memcpy(&header, message.data(), sizeof(header));
  return header;
}

}  // namespace fmmq::tools
