// The C API, with arguments as C programs get them wrong: null handles and results, sizes that do
// not go with their pointers, choices that do not exist, option structs of other versions; and a
// peer's stores to the mapping. What must hold: every answer is a status of the list; what is null
// or out of range is said so and changes nothing; handles open only when they were closed; while
// nobody spoils the queue, messages come whole, once and in order; a message in place lies in the
// ring.
//
// Input: policy (l, o, c), then operations: a letter, and its arguments. Where a handle is named, 0
// is it and 1 a null one.
//
//   P h      new producer         J h k   join the default group, or one (k: 1 exclusive,
//   w h s    write                        2 durable, 4 from the oldest, 8 of another size,
//   n h s    null with a size             16 reserved bits, 32 a kind that is none)
//   r h s    reserve              R h s   read            O h f   observe (f below 4: 2, 3 none)
//   c h s    commit               k h     peek            o h s   look
//   a h      abort                N h     next            q h     close
//   b h n s  a batch              B h n   peek at n       S s     set the string
//   p h      close                L h     release         s s n   get it; n: size of the struct
//   E h      end the stream       j h     close           i n     information, n as above
//   v n k    create again (n: size of the options, k: a policy), Q k open again (access k)
//   m ...    permissions of the bytes that follow         ! ...   store (support/scribbler.h)
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "fuzz/support/bounded.h"
#include "fuzz/support/c_party.h"
#include "fuzz/support/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fmmq::fuzz;
  Bounded([&] { return CParty(Input(data, size)).All(); });
  return 0;
}
