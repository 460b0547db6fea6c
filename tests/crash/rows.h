// What is tried: each public operation that writes shared memory, in each state.
#ifndef FMMQ_TESTS_CRASH_ROWS_H_
#define FMMQ_TESTS_CRASH_ROWS_H_

#include <vector>

#include "tests/crash/scene.h"

namespace fmmq::crash {

void AddWritingRows(std::vector<Row>* rows);
void AddReadingRows(std::vector<Row>* rows);
void AddMembershipRows(std::vector<Row>* rows);
void AddSegmentRows(std::vector<Row>* rows);
void AddRecoveryRows(std::vector<Row>* rows);
void AddPairRows(std::vector<Row>* rows);
void AddStoppedRows(std::vector<Row>* rows);

inline std::vector<Row> AllRows() {
  std::vector<Row> rows;
  AddSegmentRows(&rows);
  AddWritingRows(&rows);
  AddReadingRows(&rows);
  AddMembershipRows(&rows);
  AddRecoveryRows(&rows);  // after those that it builds on
  AddPairRows(&rows);
  AddStoppedRows(&rows);
  return rows;
}

// ---- states of the ring, made by the harness ----

// `unread` messages that nobody has read, behind `read` ones that are done with.
SceneCall Ring(size_t read, size_t unread, size_t size = kSmall);
SceneCall FullRing();
// The harness writes some more.
void WriteMore(Scene& scene, size_t count, size_t size);
// A producer that died with a reservation; and with a message behind that.
void LeaveABareHole(Scene& scene);
void LeaveAHole(Scene& scene);
// A group, kLaterGroup, with one member, which died.
void LeaveADeadGroup(Scene& scene, const GroupOptions& options);

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_ROWS_H_
