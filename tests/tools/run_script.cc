// Runs a shell script as a test: command_test.sh with the programs that it needs as arguments.
// (Rules for shell tests are built into old Bazel versions and an own repository in new ones; a C++
// test is the same in all.)
#include <unistd.h>

#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  std::vector<char*> arguments = {const_cast<char*>("bash")};
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  arguments.push_back(nullptr);
  execv("/bin/bash", arguments.data());
  std::perror("/bin/bash");
  return 1;
}
