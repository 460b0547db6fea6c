// Handles of every kind on one queue whose words somebody spoils, and every operation on them.
//
// What must hold after each: it returned; a message lies in the ring; nothing is longer than it can
// be. In the end every handle says its statistics and closes.
#ifndef FMMQ_FUZZ_SUPPORT_PARTY_H_
#define FMMQ_FUZZ_SUPPORT_PARTY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fmmq/queue/queue.h"
#include "fuzz/support/input.h"
#include "fuzz/support/window.h"

namespace fmmq::fuzz {

class Party {
 public:
  // Operations; p, m, o are places (of 3, 3, 2), s sizes:
  //
  //   P p      new producer     J m g k  join group g (1 exclusive, 2 durable, 4 from the oldest)
  //   w p s    write            R m s    read                O o f  observe (1 from the oldest)
  //   b p n s  n at once        k m      peek                o o s  look
  //   r p s    reserve          B m n    peek at n           Y o n  n times
  //   c p s    commit           N m      next                q o    close
  //   a p      abort            L m      release             S s    set the string
  //   E p      end the stream   X m n    read n times        s s    get it
  //   A p s    arm              e m      arm                 z o    arm
  //   p p      close            j m      close               V      wait for the string
  //   C n      cancel           D g      drop group g        F      let writers overwrite
  //   i        look at it all   Q f      another Queue (1 read only), and an observer there
  //   W p s, g p s, T m s, K m, M m n, G o s: write, reserve, read, peek, peek at n, look, and wait
  //            for it       U k      how all handles wait (1 not awake, 2 interruptible)
  static constexpr std::string_view kLetters = "PwbrcaEApJRkBNLXejOoYqzSsVCDFiQUWgTKMG";

  // `alone`: nobody changes the segment while a call runs, so a message's bytes can be looked up.
  Party(Queue& queue, const Window& window, bool alone);

  void Operate(char letter, Input& input);
  void CloseAll();
  // Joins that found the group table in use: they try for a second. After one there are no more.
  int patient_calls() const { return patient_calls_; }

 private:
  static constexpr uint32_t kProducers = 3;
  static constexpr uint32_t kMembers = 3;
  static constexpr uint32_t kObservers = 2;
  static constexpr size_t kAnySize = 5000;  // more than the ring

  Deadline Soon();
  void Produce(char letter, Input& input);
  void Reserve(uint32_t p, size_t size, bool wait);
  void WriteBatch(uint32_t p, size_t count, size_t size);
  void Consume(char letter, Input& input);
  void Join(uint32_t m, Input& input);
  void Read(uint32_t m, size_t room, bool wait);
  void Look(uint32_t o, size_t room, bool wait);
  void Observe(char letter, Input& input);
  void Other(char letter, Input& input);
  void SetString(size_t size);
  void GetString(size_t room);
  void LookAtAll();
  void OpenAgain(Access access);
  void SetWaitPolicies(const WaitPolicy& policy);
  void CheckMessage(const Result<Message>& message);
  void CheckReceived(const Result<Received>& received, ConstBytes buffer);

  Queue& queue_;
  const Window& window_;
  bool alone_;
  int waits_left_ = 20;
  int patient_calls_ = 0;
  uint8_t serial_ = 0;
  Producer producers_[kProducers];
  MutableBytes places_[kProducers];
  Consumer members_[kMembers];
  Observer observers_[kObservers];
};

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_PARTY_H_
