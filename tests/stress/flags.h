// The command line. By hand, and small: Abseil's libraries and the standard strings in libstdc++
// are not instrumented for MemorySanitizer, and there are none for 32 bits; this program must run
// with both.
#ifndef FMMQ_TESTS_STRESS_FLAGS_H_
#define FMMQ_TESTS_STRESS_FLAGS_H_

#include <cstdio>

#include "tests/stress/director.h"
#include "tests/stress/plan.h"

namespace fmmq::stress {

struct CommandLine {
  Plan plan;
  DirectorOptions options;
  const char* worker = nullptr;  // this is a worker, and its place
  bool help = false;
};

// False, and says why on standard error, when it makes no sense.
bool ParseCommandLine(int argc, char** argv, CommandLine* line);
void PrintHelp();

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_FLAGS_H_
