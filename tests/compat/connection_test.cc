// What a connection takes for old, at moments that no user of the functions can choose.
#include "fmmq/compat/connection.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/statuses.h"

namespace fmmq::compat {
namespace {

using Origin = Connection::Origin;
using test::Ok;

std::string ReadNew(Connection& connection) {
  Text text;
  EXPECT_TRUE(Ok(connection.ReadNew(&text)));
  char* const taken = text.Take();
  std::string copy = taken;
  std::free(taken);
  return copy;
}

// Queues of this kind are visible from the moment of their creation: a peer may write before the
// creator's call has returned.
TEST(CompatConnectionTest, NothingIsOldToTheCreator) {
  Queue queue = *Queue::CreateAnonymous("connection test", QueueOptions(0600));
  Producer peer = *queue.NewProducer();
  ASSERT_TRUE(Ok(peer.TryWrite("early")));
  Queue same = *Queue::OpenFd(queue.fd());
  Connection created(std::move(queue), Origin::kCreated);
  Connection connected(std::move(same), Origin::kConnected);
  EXPECT_EQ(ReadNew(created), "early ");
  EXPECT_EQ(ReadNew(connected), "");
  ASSERT_TRUE(Ok(peer.TryWrite("later")));
  EXPECT_EQ(ReadNew(created), "later ");
  EXPECT_EQ(ReadNew(connected), "later ");
}

// Pieces of every length around the sizes at which the text grows, empty ones among them.
TEST(CompatConnectionTest, TextsGrow) {
  for (size_t length = 0; length < 1100; ++length) {
    Text text;
    std::string expected;
    for (const size_t size : {length, size_t{0}, size_t{0}, size_t{1}, length}) {
      ASSERT_TRUE(text.MakeRoom(size));
      ASSERT_GE(text.room().size(), size);
      const std::string piece(size, 'x');
      piece.copy(static_cast<char*>(text.room().data()), size);
      text.KeepWithSpace(size);
      expected += piece + " ";
    }
    char* const taken = text.Take();
    ASSERT_EQ(taken, expected);
    std::free(taken);
  }
}

}  // namespace
}  // namespace fmmq::compat
