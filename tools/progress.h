// A line on a terminal that says how far long work has come.
#ifndef FMMQ_TOOLS_PROGRESS_H_
#define FMMQ_TOOLS_PROGRESS_H_

#include <chrono>
#include <cstdint>

namespace fmmq::tools {

// Counts messages. Where standard error is a terminal, work that takes more than a second shows a
// line there, rewritten at most five times a second and wiped at the end.
class Progress {
 public:
  // `verb` is what happens to the messages: "sent". Not shown when they are typed or printed on a
  // terminal too: through `messages_fd`, -1 for none.
  Progress(const char* verb, int messages_fd);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Add(uint64_t messages, uint64_t bytes);
  // To be called now and then while nothing happens; `reason` says why.
  void Wait(const char* reason);

  uint64_t messages() const { return messages_; }
  uint64_t bytes() const { return bytes_; }

 private:
  using Clock = std::chrono::steady_clock;

  void ShowIfDue(const char* reason);
  void Show(double seconds, const char* reason);

  const char* verb_;
  bool shown_;
  uint64_t messages_ = 0;
  uint64_t bytes_ = 0;
  uint64_t next_look_ = 0;  // the clock is not read for each of millions of messages
  Clock::time_point start_;
  Clock::time_point due_;
};

// Clears the line, if there is one, so that other text can start in its place.
void WipeProgressLine();

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_PROGRESS_H_
