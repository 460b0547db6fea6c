// A program that links this sleeps without time limits: the library's sleeps in slices would hide
// a wake-up that is lost. For calls whose deadline is Never, and nobody dies.
#ifndef FMMQ_TESTS_WAITING_ENDLESS_SLEEP_H_
#define FMMQ_TESTS_WAITING_ENDLESS_SLEEP_H_

#include <cstdint>

namespace fmmq::test {

// Goes back to the library's own time limits, in this process.
void SleepInSlices();

// How often this process called into the kernel to sleep on a word.
uint64_t CountSleeps();

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_WAITING_ENDLESS_SLEEP_H_
