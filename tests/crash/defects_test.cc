// Each planted defect is caught. Arguments, three for each: the rule that it breaks, the rows to
// look at, the harness with that defect in the core.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace {

constexpr char kViolation[] = "VIOLATION ";

struct Defect {
  std::string rule;
  std::string rows;
  std::string program;
  std::string caught_by;  // the first violation; empty: nothing found it
  std::string output;

  std::string name() const {
    const size_t at = program.find("crash_with_");
    return at == std::string::npos ? program : program.substr(at + 11);
  }
};

[[noreturn]] void Execute(const Defect& defect, int output) {
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  const size_t bar = defect.rows.find('|');
  const std::string operation = "--operation=" + defect.rows.substr(0, bar);
  const std::string state =
      "--state=" + (bar == std::string::npos ? "" : defect.rows.substr(bar + 1));
  // What two processes do to each other may show at few of many meetings.
  const bool pair = operation.find("meet") != std::string::npos;
  execl(defect.program.c_str(), defect.program.c_str(), operation.c_str(), state.c_str(),
        "--patience=1", pair ? "--all" : "--budget=400", "--first", static_cast<char*>(nullptr));
  _exit(127);
}

std::string ReadAll(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

// Exit code 1, and a violation in words.
void Run(Defect* defect) {
  int pipes[2];
  if (pipe(pipes) != 0) return;
  const pid_t pid = fork();
  if (pid == 0) Execute(*defect, pipes[1]);
  close(pipes[1]);
  defect->output = ReadAll(pipes[0]);
  close(pipes[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  const size_t at = defect->output.find(kViolation);
  if (at == std::string::npos || !WIFEXITED(status) || WEXITSTATUS(status) != 1) return;
  const size_t begin = at + std::strlen(kViolation);
  defect->caught_by = defect->output.substr(begin, defect->output.find('\n', begin) - begin);
}

}  // namespace

int main(int argc, char** argv) {
  int missed = 0, count = 0;
  std::printf("| defect | rule | caught by |\n| --- | --- | --- |\n");
  for (int i = 1; i + 2 < argc; i += 3) {
    Defect defect{argv[i], argv[i + 1], argv[i + 2], "", ""};
    Run(&defect);
    ++count;
    std::printf("| %s | %s | %s |\n", defect.name().c_str(), defect.rule.c_str(),
                defect.caught_by.empty() ? "NOTHING" : defect.caught_by.c_str());
    if (!defect.caught_by.empty()) continue;
    ++missed;
    std::printf("%s\n", defect.output.c_str());
  }
  std::printf("\n%d defects, %d missed\n", count, missed);
  return count != 0 && missed == 0 ? 0 : 1;
}
