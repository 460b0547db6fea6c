// What recv and tail have in common: messages to standard output until there is a reason to end.
#ifndef FMMQ_TOOLS_READING_H_
#define FMMQ_TOOLS_READING_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/output.h"

namespace fmmq::tools {

// Messages as the flags --raw and --null want them.
class Printer {
 public:
  explicit Printer(Output* output);
  // False when nobody wants more.
  bool Print(std::string_view message);
  bool Flush() { return output_->Flush(); }

 private:
  Output* output_;
  std::string separator_;
};

// For Command::flags: `first`, then those of the Printer.
std::vector<std::string> WithPrinterFlags(std::vector<std::string> first);
// Notes what messages say beside their bytes: losses and redelivery. There may be thousands a
// second, which is why they are added up for a moment.
class Circumstances {
 public:
  void Add(const Received& received);
  // To be called when no message comes, and at the end: says what there is to say.
  void Report();

 private:
  uint64_t lost_ = 0;
  uint64_t last_lost_position_ = 0;
  uint64_t redelivered_ = 0;
  uint64_t last_redelivered_position_ = 0;
  std::chrono::steady_clock::time_point last_report_ = std::chrono::steady_clock::now();
};

// A buffer that grows to what messages need.
class Buffer {
 public:
  explicit Buffer(size_t max_message_size);

  // reader.TryRead, again with more room where that is what it takes.
  template <typename Reader>
  Result<Received> Read(Reader* reader) {
    Result<Received> received = reader->TryRead(bytes_);
    // In an overwritten ring the next message may be another one, so the need may grow again.
    for (int i = 0; i < kGrowths && received.code() == Code::kBufferTooSmall; ++i) {
      bytes_.resize(received->size);
      received = reader->TryRead(bytes_);
    }
    return received.code() == Code::kBufferTooSmall ? Result<Received>(Code::kBusy) : received;
  }

  std::string_view Text(const Received& received) const { return {bytes_.data(), received.size}; }

 private:
  static constexpr int kGrowths = 8;

  std::vector<char> bytes_;
};

// Where messages come from.
class Source {
 public:
  virtual ~Source() = default;
  // Prints at least one message and at most `max`, and returns how many. kEmpty and kBusy mean
  // later.
  virtual Result<uint64_t> Take(uint64_t max) = 0;
  // Whether all that was written has been taken, as far as one can see.
  virtual bool CaughtUp() = 0;
  // Called while nothing happens, and at the end.
  virtual void Idle() = 0;
};

struct Limits {
  uint64_t count = 0;      // messages; 0 for any number
  absl::Duration timeout;  // longest wait for the next message
  bool verbose = false;
};

// What is wrong with the limits and the Printer's flags, or an empty string.
std::string CheckReadingFlags(const Limits& limits);

// Takes messages until `limits` say that it is enough, the reader of `output` is gone, an interrupt
// comes, or something fails. Returns the exit code. Ends with kExitDone unless a count was asked
// for and not reached.
int ReadMessages(const Queue& queue, const std::string& name, const Limits& limits, Source* source,
                 Output* output);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_READING_H_
