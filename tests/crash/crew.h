// Several workers, each with a row at a time; the table at the end.
#ifndef FMMQ_TESTS_CRASH_CREW_H_
#define FMMQ_TESTS_CRASH_CREW_H_

#include <cstdint>
#include <vector>

#include "tests/crash/campaign.h"

namespace fmmq::crash {

// Returns the exit code: 0 without violations, else 1.
int RunCrew(const std::vector<Row>& rows, const Settings& settings, uint32_t jobs);

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_CREW_H_
