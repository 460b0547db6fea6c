// What is measured: something that takes messages from one process to another.
//
// A transport `T` is made before the processes are forked:
//
//   T(const Shape&)                  makes what they share
//   T::Sender(T&, index)             in a sender's process
//     void Send(std::string_view)      waits for room, as well as it can
//     size_t kKept                     if it has one: so many messages it only refers to, at most,
//                                      until they are sent
//     void Flush()                     nothing is kept back any more
//   T::Receiver(T&, index)           in a receiver's process
//     std::string_view Receive()       waits for the next message; valid until Done
//     void Done()
#ifndef FMMQ_BENCH_HARNESS_TRANSPORT_H_
#define FMMQ_BENCH_HARNESS_TRANSPORT_H_

#include <cstddef>
#include <type_traits>

namespace bench {

struct Shape {
  size_t message_bytes;
  size_t ring_bytes;
  int senders = 1;
  int receivers = 1;  // each gets every message
};

template <typename Sender, typename = void>
inline constexpr size_t kKept = 1;
template <typename Sender>
inline constexpr size_t kKept<Sender, std::void_t<decltype(Sender::kKept)>> = Sender::kKept;

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_TRANSPORT_H_
