// The sequences of calls that the predecessor's demonstrations make, in one process and between
// two, with what they printed. An answer is compared to the character.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/names.h"

namespace fmmq {
namespace {

std::string g_player;  // the program

// A process that makes the predecessor's calls.
class Player {
 public:
  // `words`: of its command line.
  explicit Player(const std::string& words) {
    int to[2];
    int from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      alarm(60);
      dup2(to[0], STDIN_FILENO);
      dup2(from[1], STDOUT_FILENO);
      execl(g_player.c_str(), g_player.c_str(), words.c_str(), nullptr);
      _exit(127);
    }
    close(to[0]);
    close(from[1]);
    calls_ = fdopen(to[1], "w");
    answers_ = fdopen(from[0], "r");
  }
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;
  ~Player() {
    std::fclose(calls_);
    std::fclose(answers_);
    waitpid(pid_, nullptr, 0);
  }

  std::string Call(const std::string& call) {
    std::fprintf(calls_, "%s\n", call.c_str());
    std::fflush(calls_);
    char* line = nullptr;
    size_t size = 0;
    const ssize_t got = getline(&line, &size, answers_);
    std::string answer = got > 0 ? std::string(line, static_cast<size_t>(got) - 1) : "no answer";
    std::free(line);
    return answer.substr(answer.empty() || answer[0] != '=' ? 0 : 1);
  }

 private:
  pid_t pid_;
  std::FILE* calls_;
  std::FILE* answers_;
};

enum class Processes { kOne, kTwo };

// Queue a in one process; connection b in the same, or in another one.
class TranscriptTest : public ::testing::TestWithParam<Processes> {
 protected:
  // Creates a and a queue beside it, connects b. `program` is what b looks for.
  void Begin(const std::string& program, const std::string& id) {
    const std::string mark = program + "-" + test::UniqueName();
    first_ = std::make_unique<Player>(mark + " of two words");
    if (GetParam() == Processes::kTwo) second_ = std::make_unique<Player>("another");
    a_ = A("create", id + " rwx------");
    ASSERT_NE(A("create", "beside rwx------"), "-1");
    b_ = B("connect", mark + " " + id);
    ASSERT_NE(a_, "-1");
    ASSERT_NE(b_, "-1");
  }
  std::string A(const std::string& call, const std::string& rest) {
    return first_->Call(call + " " + rest);
  }
  std::string B(const std::string& call, const std::string& rest) {
    return (second_ ? *second_ : *first_).Call(call + " " + rest);
  }
  void WriteA(const std::string& text) { EXPECT_EQ(A("write", a_ + " " + text), "0"); }
  void WriteB(const std::string& text) { EXPECT_EQ(B("write", b_ + " " + text), "0"); }
  std::string ReadB(int mode) { return B("read", b_ + " " + std::to_string(mode)); }

  std::unique_ptr<Player> first_;
  std::unique_ptr<Player> second_;
  std::string a_;
  std::string b_;
};

TEST_P(TranscriptTest, C) {
  Begin("test", "testmmapidb");
  WriteA("aaab");
  WriteA("aaab");
  EXPECT_EQ(ReadB(1), "aaab aaab ");
  WriteA("aaac");
  EXPECT_EQ(ReadB(1), "aaac ");
  EXPECT_EQ(A("set", a_ + " shared string"), "0");
  EXPECT_EQ(B("get", b_), "shared string");
}

TEST_P(TranscriptTest, Python) {
  Begin("python", "testshm");
  WriteA("test 1");
  EXPECT_EQ(ReadB(0), "test 1 ");
  WriteB("test 2");
  WriteA("test 3");
  EXPECT_EQ(ReadB(0), "test 2 test 3 ");
  WriteA("test 3");
  EXPECT_EQ(ReadB(1), "test 3 ");
  WriteA("test 3");
  EXPECT_EQ(ReadB(0), "test 3 test 3 ");
  EXPECT_EQ(A("get", a_), "");
  EXPECT_EQ(B("get", b_), "");
  EXPECT_EQ(B("set", b_ + " Test"), "0");
  EXPECT_EQ(A("get", a_), "Test");
  EXPECT_EQ(B("get", b_), "Test");
}

TEST_P(TranscriptTest, Node) {
  Begin("node", "map1");
  for (int i = 0; i < 2; ++i) {
    WriteA("aaab");
    EXPECT_EQ(ReadB(0), "aaab ");
  }
  for (int i = 0; i < 3; ++i) WriteA("aaab");
  EXPECT_EQ(ReadB(0), "aaab aaab aaab ");
  EXPECT_EQ(A("set", a_ + " String Sync"), "0");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(B("get", b_), "String Sync");
  WriteA("aaac");
  EXPECT_EQ(ReadB(0), "aaac ");
  EXPECT_EQ(A("set", a_ + " String Async"), "0");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(B("get", b_), "String Async");

  const std::string c = A("create", "map2 rwx------");
  const std::string d = B("connect", "node map2");
  EXPECT_EQ(A("write", c + " test"), "0");
  EXPECT_EQ(B("read", d + " 0"), "test ");
}

TEST_P(TranscriptTest, TwoProcesses) {
  Begin("receive_example", "sendtestmmapid");
  EXPECT_EQ(A("read", a_ + " 1"), "");
  WriteB("Hello from ./send_example !!!");
  EXPECT_EQ(A("read", a_ + " 1"), "Hello from ./send_example !!! ");
  EXPECT_EQ(A("read", a_ + " 1"), "");
}

// What was written before a connection was made is old in mode 1, and there in mode 0.
TEST_P(TranscriptTest, AnotherConnection) {
  Begin("late", "late");
  WriteA("before");
  const std::string late = B("connect", "late late");
  WriteA("after");
  EXPECT_EQ(B("read", late + " 1"), "after ");
  EXPECT_EQ(B("read", late + " 0"), "before after ");
  EXPECT_EQ(ReadB(1), "before after ");
  EXPECT_EQ(ReadB(0), "");
  WriteA("more");
  // An empty read in mode 0 is a read, too: what others consumed before is old.
  EXPECT_EQ(A("read", a_ + " 0"), "more ");
  EXPECT_EQ(ReadB(0), "");
  EXPECT_EQ(ReadB(1), "");
  EXPECT_EQ(B("read", late + " 1"), "more ");
}

INSTANTIATE_TEST_SUITE_P(All, TranscriptTest, ::testing::Values(Processes::kOne, Processes::kTwo),
                         [](const ::testing::TestParamInfo<Processes>& test) {
                           return test.param == Processes::kOne ? "OneProcess" : "TwoProcesses";
                         });

}  // namespace
}  // namespace fmmq

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc < 2) return 1;
  fmmq::g_player = argv[1];
  return RUN_ALL_TESTS();
}
