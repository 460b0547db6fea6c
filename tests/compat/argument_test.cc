// Arguments that the predecessor exited, crashed or hung on: each has a defined result.
#include <climits>
#include <cstring>

#include "fmmq/fmmq.h"
#include "tests/compat/compat_fixture.h"
#include "tests/support/child.h"
#include "tests/support/process_state.h"

namespace fmmq::test {
namespace {

TEST(CompatArgumentTest, QueuesThatDoNotExist) {
  Create(UniqueName());
  for (const int queue : {-1, 999999, 4095, 4096, INT_MIN, INT_MAX}) {
    EXPECT_REFUSED(Write(queue, "x"), EBADF);
    EXPECT_NO_TEXT(Read(queue, 0), EBADF);
    EXPECT_NO_TEXT(Read(queue, 1), EBADF);
    EXPECT_NO_TEXT(GetString(queue), EBADF);
    EXPECT_REFUSED(SetString(queue, "x"), EBADF);
    char byte = 'x';
    EXPECT_REFUSED(fastmmapmq_writesharedstring_withsize(queue, &byte, 1), EBADF);
    EXPECT_NO_TEXT(Owned(fastmmapmq_getsharedstring_withsize(queue, 10)), EBADF);
  }
}

TEST(CompatArgumentTest, NullPointers) {
  char id[] = "null";
  char permissions[] = "rwx------";
  const int queue = Create(UniqueName());
  EXPECT_REFUSED(fastmmapmq_createmmap(nullptr, permissions, 0), EINVAL);
  EXPECT_REFUSED(fastmmapmq_createmmap(id, nullptr, 0), EINVAL);
  EXPECT_REFUSED(fastmmapmq_connectmmap(nullptr, id), EINVAL);
  EXPECT_REFUSED(fastmmapmq_connectmmap(id, nullptr), EINVAL);
  EXPECT_REFUSED(fastmmapmq_writemmap(queue, nullptr), EINVAL);
  EXPECT_REFUSED(fastmmapmq_writesharedstring(queue, nullptr), EINVAL);
  EXPECT_REFUSED(fastmmapmq_writesharedstring_withsize(queue, nullptr, 1), EINVAL);
  EXPECT_EQ(fastmmapmq_writesharedstring_withsize(queue, nullptr, 0), 0);
}

TEST(CompatArgumentTest, Ids) {
  const std::string prefix = NamePrefix();
  for (const std::string& id : {prefix + std::string(255 - prefix.size(), 'x'), prefix + "a/b",
                                std::string("/") + prefix, prefix + " \n\x01\xff"}) {
    const int queue = Create(id);
    EXPECT_GE(queue, 0) << id;
    const int connection = ConnectHere(id);
    EXPECT_GE(connection, 0) << id;
    EXPECT_EQ(Write(connection, id), 0);
    EXPECT_EQ(Read(queue, 0), id + " ");
  }
  EXPECT_GE(Create(""), 0);
  EXPECT_GE(ConnectHere(""), 0);
  EXPECT_REFUSED(Create(std::string(256, 'x')), ENAMETOOLONG);
  EXPECT_REFUSED(ConnectHere(std::string(256, 'x')), ENAMETOOLONG);
}

TEST(CompatArgumentTest, Programs) {
  const std::string id = UniqueName();
  ASSERT_GE(Create(id), 0);
  EXPECT_REFUSED(Connect("a program that nobody runs", id), ENOENT);
  EXPECT_REFUSED(Connect(std::string(4097, 'x'), id), ENAMETOOLONG);
  EXPECT_REFUSED(ConnectHere(id + " with no such id"), ENOENT);
  EXPECT_GE(Connect("", id), 0);  // every process
}

// Of many processes that match, whichever has it; of many queues with one id, the newest.
TEST(CompatArgumentTest, ProgramsThatMatchMany) {
  const std::string id = UniqueName();
  const int old = Create(id);
  const Child child([] { pause(); });  // has all that this process had open
  const Child another([] { pause(); });
  const int newest = Create(id);
  const int connection = ConnectHere(id);
  ASSERT_EQ(Write(connection, "x"), 0);
  EXPECT_EQ(Read(newest, 0), "x ");
  EXPECT_EQ(Read(old, 0), "");
}

TEST(CompatArgumentTest, MalformedPermissions) {
  for (const char* text : {"", "rwx", "rwx-------", "rwxrwxrwxr", "0700", "rwx------ ", " rwx-----",
                           "xwr------", "rws------", "RWX------", "rwx-----\xff"}) {
    EXPECT_REFUSED(Create(UniqueName(), text), EINVAL);
  }
  for (const char* text : {"rwx------", "rw-------", "rwxrwxrwx", "rwxr-x--x"}) {
    const int queue = Create(UniqueName(), text);
    EXPECT_EQ(Write(queue, "x"), 0) << text;
    EXPECT_EQ(Read(queue, 0), "x ") << text;
  }
}

// Root may do everything: the children give their rights up.
TEST(CompatArgumentTest, PermissionsThatAllowNothing) {
  EXPECT_TRUE(Succeeded(RunInChild([] {
    ASSERT_TRUE(DropRights());
    const std::string id = UniqueName();
    const int queue = Create(id, "---------");
    ASSERT_GE(queue, 0);
    EXPECT_REFUSED(ConnectHere(id), EACCES);
    EXPECT_REFUSED(Write(queue, "x"), EACCES);
    EXPECT_NO_TEXT(Read(queue, 0), EACCES);
    EXPECT_NO_TEXT(Read(queue, 1), EACCES);
  })));
}

TEST(CompatArgumentTest, PermissionsThatAllowReading) {
  EXPECT_TRUE(Succeeded(RunInChild([] {
    ASSERT_TRUE(DropRights());
    const std::string id = UniqueName();
    const int queue = Create(id, "r--------");
    ASSERT_GE(queue, 0);
    EXPECT_REFUSED(Write(queue, "x"), EACCES);
    const int connection = ConnectHere(id);
    ASSERT_GE(connection, 0);
    EXPECT_REFUSED(Write(connection, "x"), EACCES);
    EXPECT_REFUSED(SetString(connection, "x"), EACCES);
    EXPECT_NO_TEXT(Read(connection, 0), EACCES);
    errno = 0;
    EXPECT_EQ(Read(connection, 1), "");
    EXPECT_EQ(GetString(connection), "");
    EXPECT_EQ(errno, 0);
  })));
}

TEST(CompatArgumentTest, ModesThatDoNotExist) {
  const int queue = Create(UniqueName());
  ASSERT_EQ(Write(queue, "kept"), 0);
  for (const int mode : {-1, 2, INT_MIN, INT_MAX}) EXPECT_NO_TEXT(Read(queue, mode), EINVAL);
  EXPECT_EQ(Read(queue, 0), "kept ");
}

TEST(CompatArgumentTest, LockingMakesNoDifference) {
  char permissions[] = "rwx------";
  for (const int locking : {0, 1, -1, INT_MAX}) {
    std::string id = UniqueName();
    EXPECT_GE(fastmmapmq_createmmap(id.data(), permissions, locking), 0);
  }
}

TEST(CompatArgumentTest, SuccessLeavesErrnoAlone) {
  const std::string id = UniqueName();
  errno = EDOM;
  const int queue = Create(id);
  const int connection = ConnectHere(id);
  Write(queue, "x");
  Read(connection, 0);
  Read(connection, 1);
  Read(connection, 0);
  SetString(queue, "x");
  GetString(connection);
  EXPECT_EQ(errno, EDOM);
}

TEST(CompatArgumentTest, FailuresLeaveNothingBehind) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  const int before = CountDescriptors();
  const size_t mappings = SegmentMappings().size();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(ConnectHere(id + "none"), -1);
    EXPECT_EQ(Create(std::string(256, 'x')), -1);
    EXPECT_EQ(Create(id, "nonsense"), -1);
    EXPECT_EQ(Write(queue, std::string(9 << 20, 'x')), -1);
    EXPECT_EQ(Read(queue, 0), "");
  }
  // One producer, one consumer: made by the first calls, and kept.
  EXPECT_LE(CountDescriptors(), before);
  EXPECT_LE(SegmentMappings().size(), mappings + 2);
}

// Queues of other kinds have ids, too.
TEST(CompatArgumentTest, QueuesOfTheNewKind) {
  const std::string id = UniqueName();
  Options options;
  options.default_group = false;
  Queue queue = *Queue::CreateAnonymous(id, options);
  const int connection = ConnectHere(id);
  ASSERT_GE(connection, 0);
  EXPECT_EQ(Read(connection, 0), "");
  EXPECT_EQ(Write(connection, "x"), 0);
  EXPECT_EQ(Read(connection, 1), "x ");
  EXPECT_EQ(Read(connection, 0), "x ");
  EXPECT_REFUSED(SetString(connection, "x"), ENOTSUP);
  EXPECT_NO_TEXT(GetString(connection), ENOTSUP);
}

}  // namespace
}  // namespace fmmq::test
