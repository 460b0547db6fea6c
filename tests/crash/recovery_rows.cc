#include "tests/crash/rows.h"

namespace fmmq::crash {

void AddRecoveryRows(std::vector<Row>*) {}

}  // namespace fmmq::crash
