// The stress tester: see README.md, or --help.
#include "tests/stress/director.h"
#include "tests/stress/flags.h"
#include "tests/stress/worker.h"

int main(int argc, char** argv) {
  fmmq::stress::CommandLine line;
  if (!fmmq::stress::ParseCommandLine(argc, argv, &line)) return 2;
  if (line.worker != nullptr) return fmmq::stress::WorkerMain(line.worker);
  if (line.help) {
    fmmq::stress::PrintHelp();
    return 0;
  }
  return fmmq::stress::Director(line.plan, line.options).Run();
}
