// What a scenario knows to be true: which writes returned ok, and what was delivered. No part of
// the model: it has no steps.
#ifndef TESTS_MODEL_LEDGER_H_
#define TESTS_MODEL_LEDGER_H_

#include "tests/model/relacy.h"

namespace fmmq::model {

// A message's words are {producer, number, which word of it}: 8 bits each.
constexpr uint64_t WordOf(uint32_t producer, uint32_t number, uint32_t word) {
  return uint64_t{producer} << 16 | number << 8 | word | uint64_t{1} << 32;
}

class Ledger {
 public:
  static constexpr uint32_t kProducers = 5;
  static constexpr uint32_t kNumbers = 8;

  // A write returned ok.
  void Reported(uint32_t producer, uint32_t number, uint64_t position) {
    at(producer, number).reported = true;
    at(producer, number).position = position;
  }

  // One delivery of `count` words at `position`: whole, known, and without the mark only once and
  // before all that are marked.
  void Delivered(const uint64_t* words, size_t count, uint64_t position, bool marked) {
    const uint32_t producer = static_cast<uint32_t>(words[0] >> 16 & 0xff);
    const uint32_t number = static_cast<uint32_t>(words[0] >> 8 & 0xff);
    Check(producer < kProducers && number < kNumbers, "a message that nobody wrote");
    for (size_t i = 0; i < count; ++i) {
      Check(words[i] == WordOf(producer, number, static_cast<uint32_t>(i)), "a torn message");
    }
    Message& message = at(producer, number);
    Check(marked || message.deliveries == 0, "a second delivery without the mark");
    Check(!marked || !message.in_hand, "a redelivery while a live member holds the message");
    Check((message.deliveries == 0 && !message.reported) || message.position == position,
          "a message at two positions");
    ++message.deliveries;
    message.position = position;
    message.in_hand = !marked;
  }

  // The member that holds the messages in [from, to) is done with them, or dead.
  void Finished(uint64_t from, uint64_t to) {
    for (auto& messages : messages_) {
      for (Message& message : messages) {
        if (message.position >= from && message.position < to) message.in_hand = false;
      }
    }
  }

  // Whether each message was delivered and is in nobody's hand.
  bool FinishedAll() const {
    for (const auto& messages : messages_) {
      for (const Message& message : messages) {
        if (message.reported && (message.deliveries == 0 || message.in_hand)) return false;
      }
    }
    return true;
  }

  // The same writes, for another group.
  Ledger WithoutDeliveries() const {
    Ledger other = *this;
    for (auto& messages : other.messages_) {
      for (Message& message : messages) message.deliveries = 0, message.in_hand = false;
    }
    return other;
  }

  // What holds when everything from position `from` on that can be delivered was.
  void CheckAll(bool nothing_lost, uint64_t from = 0) const {
    for (uint32_t producer = 0; producer < kProducers; ++producer) {
      uint64_t last = 0;
      for (const Message& message : messages_[producer]) {
        const bool owed = nothing_lost && message.reported && message.position >= from;
        Check(!owed || message.deliveries != 0, "a lost message");
        if (message.deliveries == 0) continue;
        Check(message.position + 1 > last, "a producer's messages out of order");
        last = message.position + 1;
      }
    }
  }

  // What the last check that failed says: Relacy keeps it to itself.
  static inline const char* failed_check = "";

  static void Check(bool truth, const char* what) {
    if (truth) return;
    failed_check = what;
    rl::ctx().fail_test(what, rl::test_result_user_assert_failed, rl::debug_info());
  }

 private:
  struct Message {
    bool reported = false;
    bool in_hand = false;  // of a live member, without the mark
    int deliveries = 0;
    uint64_t position = 0;
  };
  Message& at(uint32_t producer, uint32_t number) { return messages_[producer][number]; }

  Message messages_[kProducers][kNumbers];
};

}  // namespace fmmq::model

#endif  // TESTS_MODEL_LEDGER_H_
