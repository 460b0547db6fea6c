#include "tests/crash/rows.h"

namespace fmmq::crash {

void AddMembershipRows(std::vector<Row>*) {}

}  // namespace fmmq::crash
