#include "tests/crash/rows.h"

namespace fmmq::crash {

void AddReadingRows(std::vector<Row>*) {}

}  // namespace fmmq::crash
