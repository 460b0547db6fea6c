// Messages that check themselves: number, sender, size, and bytes that follow from the number.
#ifndef FMMQ_TOOLS_QUICKSTART_MESSAGE_H_
#define FMMQ_TOOLS_QUICKSTART_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fmmq::tools {

struct MessageHeader {
  uint64_t number;  // 0, 1, 2, ...
  uint32_t sender;  // process id
  uint32_t size;    // of the whole message, bytes
};
static_assert(sizeof(MessageHeader) == 16);

class MessageMaker {
 public:
  static constexpr size_t kMaxSize = 32 * 1024;

  MessageMaker();

  // The bytes of message `number`, valid until the next call.
  std::string_view Make(uint64_t number, uint32_t sender);
  // What is wrong with what came as message `number`, or an empty string.
  std::string Check(uint64_t number, std::string_view message);

 private:
  std::vector<char> pattern_;
  std::string message_;
};

// The header of something of at least that size.
MessageHeader ReadHeader(std::string_view message);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_QUICKSTART_MESSAGE_H_
