// A status, and a value that is meaningful when the status is ok.
//
// There is always a value: on failure it is a default one, which for a handle means a closed one,
// so that using a result without asking first gives another clear status, never undefined
// behaviour.
#ifndef FMMQ_BASE_RESULT_H_
#define FMMQ_BASE_RESULT_H_

#include <type_traits>
#include <utility>

#include "fmmq/base/status.h"

namespace fmmq {

template <typename T>
class [[nodiscard]] Result {
 public:
  constexpr Result(Status status) : status_(status) {}     // NOLINT: return a status
  constexpr Result(Code code) : status_(code) {}           // NOLINT: return a code
  constexpr Result(T value) : value_(std::move(value)) {}  // NOLINT: return a value
  constexpr Result(Status status, T value) : status_(status), value_(std::move(value)) {}

  constexpr bool ok() const { return status_.ok(); }
  constexpr Status status() const { return status_; }
  constexpr Code code() const { return status_.code(); }

  constexpr T& value() & { return value_; }
  constexpr const T& value() const& { return value_; }
  constexpr T&& value() && { return std::move(value_); }
  constexpr T& operator*() & { return value_; }
  constexpr const T& operator*() const& { return value_; }
  constexpr T&& operator*() && { return std::move(value_); }
  constexpr T* operator->() { return &value_; }
  constexpr const T* operator->() const { return &value_; }

 private:
  Status status_;
  T value_{};
};

}  // namespace fmmq

#endif  // FMMQ_BASE_RESULT_H_
