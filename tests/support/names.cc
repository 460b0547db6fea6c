#include "tests/support/names.h"

#include <dirent.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace fmmq::test {
namespace {

constexpr char kDirectory[] = "/dev/shm/";
constexpr char kFileStart[] = "fmmq.";

std::string MakePrefix() {
  uint64_t random = 0;
  if (getrandom(&random, sizeof(random), 0) != sizeof(random)) random = 0;
  char text[32];
  std::snprintf(text, sizeof(text), "test.%016llx.", static_cast<unsigned long long>(random));
  return text;
}

}  // namespace

const std::string& NamePrefix() {
  static const std::string* const prefix = new std::string(MakePrefix());
  return *prefix;
}

std::string UniqueName() {
  static std::atomic<unsigned> counter{0};
  return NamePrefix() + std::to_string(getpid()) + "." + std::to_string(++counter);
}

std::string SegmentPath(const std::string& name) { return kDirectory + (kFileStart + name); }

bool FileExists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

std::vector<std::string> OwnSegments() {
  std::vector<std::string> names;
  const std::string start = kFileStart + NamePrefix();
  DIR* const directory = opendir(kDirectory);
  if (directory == nullptr) return names;
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (name.compare(0, start.size(), start) == 0) names.push_back(name.substr(5));
  }
  closedir(directory);
  std::sort(names.begin(), names.end());
  return names;
}

ScopedName::ScopedName() : ScopedName(UniqueName()) {}
ScopedName::ScopedName(std::string name) : name_(std::move(name)), owner_(getpid()) {}
ScopedName::~ScopedName() {
  if (getpid() == owner_) std::remove(path().c_str());
}

}  // namespace fmmq::test
