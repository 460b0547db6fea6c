// Anonymous segments: sealed memfds, reached through a descriptor.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "fmmq/fmmq.h"
#include "fmmq/format/layout.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/process_state.h"
#include "tests/support/raw_segment.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::ExpectCleanFailure;
using test::Ok;

TEST(AnonymousTest, InfoSaysWhatItIs) {
  Options options;
  options.capacity = 8192;
  const Result<Queue> queue = Queue::CreateAnonymous("my id", options);
  ASSERT_TRUE(Ok(queue));
  const QueueInfo info = queue->Info();
  EXPECT_TRUE(info.anonymous);
  EXPECT_TRUE(info.writable);
  EXPECT_STREQ(info.id, "my id");
  EXPECT_EQ(info.capacity, 8192u);
  EXPECT_EQ(info.segment_bytes, RequiredSize(options));
}

TEST(AnonymousTest, IdsOfAnyBytes) {
  const std::string ids[] = {"", "a/b", std::string("\0n\0", 3), std::string(255, '\xff')};
  for (const std::string& id : ids) {
    const Result<Queue> queue = Queue::CreateAnonymous(id);
    ASSERT_TRUE(Ok(queue));
    EXPECT_EQ(std::memcmp(queue->Info().id, id.data(), id.size()), 0);
  }
  ExpectCleanFailure(Code::kNameTooLong, 0,
                     [] { return Queue::CreateAnonymous(std::string(256, 'i')).status(); });
}

TEST(AnonymousTest, HasNoName) {
  const auto before = test::OwnSegments();
  const Result<Queue> queue = Queue::CreateAnonymous(test::UniqueName());
  ASSERT_TRUE(Ok(queue));
  EXPECT_EQ(test::OwnSegments(), before);
  EXPECT_EQ(Queue::Open(queue->Info().id).code(), Code::kNotFound);
}

TEST(AnonymousTest, CannotBeResized) {
  const Result<Queue> queue = Queue::CreateAnonymous("id");
  const auto bytes = static_cast<off_t>(queue->Info().segment_bytes);
  EXPECT_EQ(ftruncate(queue->fd(), bytes - 1), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(ftruncate(queue->fd(), bytes + 1), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(fcntl(queue->fd(), F_ADD_SEALS, F_SEAL_WRITE), -1);
}

TEST(AnonymousTest, HasTheModeThatWasAskedFor) {
  for (const uint32_t mode : {0600u, 0666u, 0400u}) {
    Options options;
    options.mode = mode;
    const auto child = [&] {
      umask(0777);
      const Result<Queue> queue = Queue::CreateAnonymous("id", options);
      struct stat file = {};
      EXPECT_EQ(fstat(queue->fd(), &file), 0);
      EXPECT_EQ(file.st_mode & 07777, mode);
    };
    EXPECT_TRUE(test::Succeeded(test::RunInChild(child)));
  }
}

TEST(FdTest, IsClosedOnExec) {
  const test::ScopedName name;
  const Result<Queue> anonymous = Queue::CreateAnonymous("id");
  const Result<Queue> named = Queue::Create(name.get());
  EXPECT_EQ(fcntl(anonymous->fd(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(named->fd(), F_GETFD), FD_CLOEXEC);
}

TEST(OpenFdTest, AttachesToTheSameSegment) {
  Queue made = *Queue::CreateAnonymous("id");
  Result<Queue> queue = Queue::OpenFd(made.fd());
  ASSERT_TRUE(Ok(queue));
  EXPECT_EQ(std::memcmp(queue->Info().uuid, made.Info().uuid, 16), 0);
  Producer producer = *queue->NewProducer();
  Consumer consumer = *made.Join();
  EXPECT_TRUE(Ok(producer.TryWrite("same")));
  EXPECT_EQ(test::ReadText(consumer), "same");
}

TEST(OpenFdTest, LeavesTheDescriptorToItsOwner) {
  Queue made = *Queue::CreateAnonymous("id");
  const int mine = dup(made.fd());
  Queue queue = *Queue::OpenFd(mine);
  EXPECT_EQ(close(mine), 0);
  ASSERT_TRUE(Ok(made.Close()));
  Producer producer = *queue.NewProducer();
  EXPECT_TRUE(Ok(producer.TryWrite("alive")));
  Consumer consumer = *queue.Join();
  EXPECT_EQ(test::ReadText(consumer), "alive");
}

TEST(OpenFdTest, ReadOnlyWhereAskedFor) {
  Queue made = *Queue::CreateAnonymous("id");
  Queue queue = *Queue::OpenFd(made.fd(), Access::kReadOnly);
  ASSERT_TRUE(queue.is_open());
  EXPECT_FALSE(queue.Info().writable);
  EXPECT_EQ(queue.NewProducer().code(), Code::kReadOnly);
}

void SendDescriptor(int socket, int fd) {
  char control[CMSG_SPACE(sizeof(int))] = {};
  char byte = 'f';
  iovec vector = {&byte, 1};
  msghdr message = {};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &fd, sizeof(fd));
  EXPECT_EQ(sendmsg(socket, &message, 0), 1);
}

int ReceiveDescriptor(int socket) {
  char control[CMSG_SPACE(sizeof(int))] = {};
  char byte;
  iovec vector = {&byte, 1};
  msghdr message = {};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  EXPECT_EQ(recvmsg(socket, &message, MSG_CMSG_CLOEXEC), 1);
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
  return fd;
}

// Between processes that share nothing else: the child is forked before there is a segment.
TEST(OpenFdTest, ADescriptorFromASocketWillDo) {
  int sockets[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
  test::Child child([&] {
    const int fd = ReceiveDescriptor(sockets[1]);
    Result<Queue> queue = Queue::OpenFd(fd);
    ASSERT_TRUE(Ok(queue));
    EXPECT_TRUE(Ok(queue->NewProducer()->TryWrite("hello")));
  });
  Queue queue = *Queue::CreateAnonymous("id");
  SendDescriptor(sockets[0], queue.fd());
  EXPECT_TRUE(test::Succeeded(child.Wait()));
  Consumer consumer = *queue.Join();
  EXPECT_EQ(test::ReadText(consumer), "hello");
  close(sockets[0]);
  close(sockets[1]);
}

TEST(OpenFdTest, RefusesWhatIsNoDescriptor) {
  ExpectCleanFailure(Code::kSystem, EBADF, [] { return Queue::OpenFd(-1).status(); });
  ExpectCleanFailure(Code::kSystem, EBADF, [] { return Queue::OpenFd(12345).status(); });
}

TEST(OpenFdTest, RefusesWhatIsNoFile) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ExpectCleanFailure(Code::kNotASegment, 0, [&] { return Queue::OpenFd(ends[0]).status(); });
  close(ends[0]);
  close(ends[1]);
}

int MemfdWith(const format::Header& header, uint64_t bytes) {
  const int fd = memfd_create("planted", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  EXPECT_EQ(ftruncate(fd, static_cast<off_t>(bytes)), 0);
  EXPECT_EQ(pwrite(fd, &header, sizeof(header), 0), ssize_t{sizeof(header)});
  return fd;
}

// Whoever made it could truncate it under us, which kills: SIGBUS.
TEST(OpenFdTest, RefusesAnAnonymousSegmentThatIsNotSealed) {
  format::Header header = test::SmallHeader();
  header.flags |= format::kAnonymous;
  format::SealHeader(&header);
  const int fd = MemfdWith(header, header.segment_bytes);
  for (const int seals : {0, F_SEAL_GROW, F_SEAL_SHRINK}) {
    ASSERT_EQ(fcntl(fd, F_ADD_SEALS, seals), 0);
    ExpectCleanFailure(Code::kNotASegment, 0, [fd] { return Queue::OpenFd(fd).status(); });
  }
  ASSERT_EQ(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), 0);
  EXPECT_TRUE(Ok(Queue::OpenFd(fd)));
  close(fd);
}

TEST(OpenFdTest, RefusesAnotherSize) {
  format::Header header = test::SmallHeader();
  header.flags |= format::kAnonymous;
  format::SealHeader(&header);
  const int fd = MemfdWith(header, header.segment_bytes + 1);
  ASSERT_EQ(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL), 0);
  ExpectCleanFailure(Code::kSizeMismatch, 0, [fd] { return Queue::OpenFd(fd).status(); });
  close(fd);
}

}  // namespace
}  // namespace fmmq
