// /proc: the processes of this machine and the descriptors that they have open.
//
// Processes come and go at any time. What cannot be had for the other side's reasons, whichever
// they are, is kNotFound; what it keeps from us kPermissionDenied; what this process lacks
// (descriptors, memory) kSystem or kNoMemory. Errno is there each time.
#ifndef FMMQ_OS_PROC_H_
#define FMMQ_OS_PROC_H_

#include <cstddef>

#include "fmmq/base/result.h"
#include "fmmq/os/file.h"

namespace fmmq::os {

// The directory /proc. kNotSupported where there is none, or something else in its place.
Result<UniqueFd> OpenProc();

// The directory /proc/PID. It stays with this one process: once that is gone, nothing is found
// through it, even when another has the same number.
Result<UniqueFd> OpenProcess(int proc, int pid);

// /proc/PID/cmdline, and its next bytes; 0 of them at its end, and for what has no memory: a
// process that has ended, a thread of the kernel.
Result<UniqueFd> OpenCommandLine(int process);
Result<size_t> ReadNext(int fd, char* buffer, size_t size);

// The directory /proc/PID/fd, for a DirectoryReader and for the two calls below.
Result<UniqueFd> OpenDescriptors(int process);
// What the descriptor with this number is, as text without a NUL; cut to `size` bytes.
Result<size_t> ReadDescriptorLink(int descriptors, int number, char* buffer, size_t size);
// Opens the same file anew, as its permissions allow. Only for what the link says is ours: to open
// a device can do things. Should the number change its meaning in between, this still does not
// block, and makes no terminal ours.
Result<UniqueFd> OpenDescriptor(int descriptors, int number);

}  // namespace fmmq::os

#endif  // FMMQ_OS_PROC_H_
