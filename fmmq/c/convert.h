// Between what C callers hand in and the C++ types behind it. Private to this folder.
//
// A C handle holds the C++ handle: both are one pointer, and null is a closed one. The structs that
// cross over have one layout in both languages; the asserts are in convert.cc.
#ifndef FMMQ_C_CONVERT_H_
#define FMMQ_C_CONVERT_H_

#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "fmmq/base/result.h"
#include "fmmq/base/status.h"
#include "fmmq/c/fmmq.h"
#include "fmmq/fmmq.h"

namespace fmmq::c {

inline fmmq_status Say(Status status) {
  if (status.error() != 0) errno = status.error();
  return static_cast<fmmq_status>(status.code());
}

// What NULL stands for. Nothing writes to a closed handle but what opens one, and that asks first.
inline constexpr void* kClosedHandle = nullptr;

template <typename Handle, typename CHandle>
Handle& In(CHandle* handle) {
  static_assert(sizeof(CHandle) == sizeof(Handle) && alignof(CHandle) == alignof(Handle));
  void* const place =
      handle != nullptr ? static_cast<void*>(handle) : const_cast<void**>(&kClosedHandle);
  return *std::launder(static_cast<Handle*>(place));
}
template <typename Handle, typename CHandle>
const Handle& In(const CHandle* handle) {
  return In<Handle>(const_cast<CHandle*>(handle));
}

// What a call that opens a handle asks first.
template <typename CHandle>
Code CheckClosed(const CHandle* handle) {
  if (handle == nullptr) return Code::kInvalidArgument;
  return handle->state == nullptr ? Code::kOk : Code::kOutOfOrder;
}

// Moves a new handle into the caller's.
template <typename Handle, typename CHandle>
fmmq_status Keep(Result<Handle>&& made, CHandle* handle) {
  if (made.ok()) new (handle) Handle(std::move(*made));
  return Say(made.status());
}

inline bool IsSpan(const void* data, size_t size) { return data != nullptr || size == 0; }

// False when pointer and size do not go together.
bool TakeText(const void* data, size_t size, std::string_view* text);

// Fills `known` bytes of a C++ struct, which holds its defaults, from an option struct that begins
// with its size; null leaves the defaults. False when the size is less than the first version's, or
// something is set that this library does not know.
bool TakeStruct(const void* given, size_t smallest, size_t known, void* out);

bool TakeOptions(const fmmq_options* given, Options* options);

// Copies as much as both sides know, and zeros behind that.
fmmq_status Fill(void* out, size_t out_size, const void* from, size_t size);

// The part of a result that the caller wants.
template <typename T, typename CValue>
fmmq_status SayValue(const Result<T>& result, CValue* value) {
  static_assert(sizeof(T) == sizeof(CValue));
  if (result.ok()) std::memcpy(value, &*result, sizeof(T));
  return Say(result.status());
}

// The same, word by word. The call has just stored them one by one: a load of two at once would
// wait until both stores are done (store forwarding), which takes as long as the call did.
inline void OneByOne() { std::atomic_signal_fence(std::memory_order_seq_cst); }

inline fmmq_status SayMessage(const Result<Message>& result, fmmq_message* message) {
  if (result.ok()) {
    message->data = result->bytes.data();
    OneByOne();
    message->size = result->bytes.size();
    OneByOne();
    message->position = result->position;
  }
  return Say(result.status());
}
inline fmmq_status SayReceived(const Result<Received>& result, fmmq_received* received) {
  received->size = result->size;
  OneByOne();
  received->position = result->position;
  OneByOne();
  received->lost = result->lost;
  OneByOne();
  received->redelivered = result->redelivered;
  return Say(result.status());
}
fmmq_status SayPlace(const Result<MutableBytes>& place, void** out);

// Of any kind of handle.
template <typename Handle>
fmmq_status GetStats(const Handle& handle, fmmq_stats* stats, size_t stats_size) {
  if (!handle.is_open()) return FMMQ_CLOSED;
  const HandleStats counted = handle.Stats();
  return Fill(stats, stats_size, &counted, sizeof(counted));
}

bool TakeWaitPolicy(const fmmq_wait_policy* given, WaitPolicy* policy);

template <typename Handle>
fmmq_status SetWaitPolicy(Handle& handle, const fmmq_wait_policy* given) {
  WaitPolicy policy;
  return TakeWaitPolicy(given, &policy) ? Say(handle.SetWaitPolicy(policy)) : FMMQ_INVALID_ARGUMENT;
}

}  // namespace fmmq::c

#endif  // FMMQ_C_CONVERT_H_
