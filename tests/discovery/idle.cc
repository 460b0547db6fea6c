// A process that only is there, with whatever command line and descriptors it was started with.
// When its last argument is "hidden", nobody without privileges may look into it.
#include <sys/prctl.h>
#include <unistd.h>

#include <cstring>

int main(int argc, char** argv) {
  if (argc > 0 && std::strcmp(argv[argc - 1], "hidden") == 0) prctl(PR_SET_DUMPABLE, 0);
  for (;;) pause();
}
