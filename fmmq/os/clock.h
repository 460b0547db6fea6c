// Time, and little pauses.
#ifndef FMMQ_OS_CLOCK_H_
#define FMMQ_OS_CLOCK_H_

#include <cstdint>

namespace fmmq::os {

uint64_t RealtimeNs();
uint64_t MonotonicNs();
// CLOCK_MONOTONIC_COARSE: a few nanoseconds to read, a few milliseconds of resolution.
uint64_t CoarseNs();
void SleepNs(uint64_t nanoseconds);
// Lets others run that wait for this processor.
void Yield();
uint32_t ProcessId();
// Fills with random bytes; false when the system has none.
bool RandomBytes(void* buffer, uint32_t size);

}  // namespace fmmq::os

#endif  // FMMQ_OS_CLOCK_H_
