#include "tests/crash/rows.h"

namespace fmmq::crash {

void AddPairRows(std::vector<Row>*) {}

}  // namespace fmmq::crash
