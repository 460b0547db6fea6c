#include "tests/crash/rows.h"

namespace fmmq::crash {

void AddSegmentRows(std::vector<Row>*) {}

}  // namespace fmmq::crash
