// Standard output for data of any size and any bytes.
#ifndef FMMQ_TOOLS_OUTPUT_H_
#define FMMQ_TOOLS_OUTPUT_H_

#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace fmmq::tools {

// Collects what is written and hands it on in large pieces. After a failure, a reader that went
// away or an interrupt, it takes nothing more. Needs SIGPIPE to be ignored.
class Output {
 public:
  explicit Output(int fd = STDOUT_FILENO) : fd_(fd) {}
  ~Output() { Flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // False when there is no use in going on.
  bool Write(std::string_view bytes);
  bool Flush();

  // Stops when the pipe's other end is closed, which a write alone would notice too late: with a
  // message taken for nobody.
  void CheckReader();

  bool stopped() const { return error_ != 0; }
  uint64_t bytes() const { return bytes_; }  // written or pending
  // Flushes and returns the exit code. A reader that has enough is not an error; other failures
  // are noted.
  int Finish();

 private:
  bool WriteNow(std::string_view bytes);

  int fd_;
  int error_ = 0;  // the errno that stopped it
  uint64_t bytes_ = 0;
  std::string pending_;
};

// Writes a whole text and returns the exit code.
int Print(std::string_view text);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_OUTPUT_H_
