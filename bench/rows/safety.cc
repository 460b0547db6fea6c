// What it costs that nothing is lost with a producer that dies: the same with a core whose writers
// store no intents. Both are programs of their own, many_producers.cc.
#include <cstdio>
#include <string>

#include "bench/harness/case.h"

namespace bench {
namespace {

// The number that the command prints; 0: none.
double NumberFrom(const std::string& command) {
  std::FILE* const output = popen(command.c_str(), "r");
  if (output == nullptr) return 0;
  double number = 0;
  const bool read = std::fscanf(output, "%lf", &number) == 1;
  return pclose(output) == 0 && read ? number : 0;
}

}  // namespace

void AddSafety(const Settings& settings, const std::string& folder, Cases* cases) {
  for (const int senders : {1, 2}) {
    const auto add = [&](const std::string& subject, const std::string& program) {
      const std::string command =
          folder + "/" + program + " " + std::to_string(settings.duration_ns) + " " +
          std::to_string(settings.writer_cpu) + " " + std::to_string(settings.reader_cpu) + " " +
          std::to_string(senders);
      const auto measure = [command]() -> std::vector<Figure> {
        const double rate = NumberFrom(command);
        if (rate == 0) return {};
        return {{kPerSecond, rate}};
      };
      cases->push_back({"what safety costs", static_cast<uint64_t>(senders), subject, measure});
    };
    add("fmmq", "many_producers");
    add("fmmq without intents", "many_producers_without_intents");
  }
}

}  // namespace bench
