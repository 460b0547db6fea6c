// Handles of the C API on one queue, used as C programs get it wrong: see c_api.cc.
#ifndef FMMQ_FUZZ_SUPPORT_C_PARTY_H_
#define FMMQ_FUZZ_SUPPORT_C_PARTY_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>

#include "fmmq/c/fmmq.h"
#include "fuzz/support/exact.h"
#include "fuzz/support/input.h"
#include "fuzz/support/require.h"
#include "fuzz/support/window.h"

namespace fmmq::fuzz {

// A status that is one of the list.
inline fmmq_status Known(fmmq_status status) {
  FUZZ_REQUIRE(std::strcmp(fmmq_status_name(status), "unknown") != 0);
  FUZZ_REQUIRE(std::strcmp(fmmq_status_message(status), "unknown status code") != 0);
  return status;
}

// An option struct of another version: `size` bytes, as far as they are known, and zeros.
template <typename Struct>
Exact Resized(Struct options, uint64_t size) {
  options.size = size;
  Exact bytes(static_cast<size_t>(std::max<uint64_t>(size, sizeof(options.size))));
  std::memcpy(bytes.data(), &options, std::min(bytes.size(), sizeof(options)));
  return bytes;
}

class CParty {
 public:
  explicit CParty(Input input);
  ~CParty();
  // Returns how many calls found the group table in use, and tried for a second.
  int All();

 private:
  fmmq_queue Open();
  bool IsNull() { return input_.Number() == 1; }
  // A call on a null handle is one on a closed handle.
  void Judge(fmmq_status status, const void* handle);
  std::string NewMessage(size_t size);
  void Written(const std::string& message) { written_.push_back(message); }
  // A lossless queue with one reader is a list, as long as nobody spoils it.
  void CheckRead(const void* bytes, size_t size, uint64_t position);

  // ---- producers ----
  bool Produce(char letter);
  void NewProducer(fmmq_producer* producer);
  void WriteNull(fmmq_producer* producer, size_t size);
  void Reserve(fmmq_producer* producer, size_t size);
  void Commit(fmmq_producer* producer, size_t size);
  void WriteBatch(fmmq_producer* producer, size_t count, size_t size);

  // ---- readers ----
  bool Consume(char letter);
  void Join(fmmq_consumer* consumer, uint32_t kind);
  void Read(fmmq_consumer* consumer, size_t room);
  void Peek(fmmq_consumer* consumer);
  void Next(fmmq_consumer* consumer);
  // What a batch had and nobody looked at is gone, too.
  void Release(fmmq_consumer* consumer);
  void Observe(char letter, fmmq_observer* observer);

  // ---- the queue ----
  void Other(char letter);
  void GetString(size_t room, size_t info_size);
  // Structs that are shorter or longer than this library's: not a byte more is written.
  void LookAtAll(size_t size);
  void CreateAgain(uint64_t size, uint32_t policy);
  void OpenAgain(fmmq_access access);
  void CloseAll();

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

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_C_PARTY_H_
