#include "tests/model/sites.h"

#include <array>
#include <cstring>

namespace fmmq::model {
namespace {

// One for each place and operation, by address: a file has a name in each source that includes it.
struct Slot {
  const char* file = nullptr;
  int line = 0;
  const char* operation = nullptr;
  int site = -1;
};
constexpr size_t kSlots = 4096;

std::array<Site, 512> sites;
size_t site_count = 0;
std::array<Slot, kSlots> slots;
Mutant weakened;

const char* WithoutFolders(const char* file) {
  const char* slash = std::strrchr(file, '/');
  return slash == nullptr ? file : slash + 1;
}

int Register(const Place& place, const char* operation, std::memory_order order) {
  const char* name = WithoutFolders(place.file);
  for (size_t i = 0; i < site_count; ++i) {
    const Site& site = sites[i];
    if (site.place.line == place.line && std::strcmp(site.place.file, name) == 0 &&
        std::strcmp(site.operation, operation) == 0) {
      return static_cast<int>(i);
    }
  }
  sites.at(site_count) = {{name, place.line, place.function}, operation, order, 0};
  return static_cast<int>(site_count++);
}

int Find(const Place& place, const char* operation, std::memory_order order) {
  size_t at = (reinterpret_cast<uintptr_t>(place.file) / 8 + static_cast<size_t>(place.line) * 31 +
               reinterpret_cast<uintptr_t>(operation)) %
              kSlots;
  for (;; at = (at + 1) % kSlots) {
    Slot& slot = slots[at];
    if (slot.file == place.file && slot.line == place.line && slot.operation == operation)
      return slot.site;
    if (slot.file != nullptr) continue;
    slot = {place.file, place.line, operation, Register(place, operation, order)};
    return slot.site;
  }
}

}  // namespace

SiteList AllSites() { return {sites.data(), site_count}; }

void ForgetExecutions() {
  for (Site& site : sites) site.executions = 0;
}

std::vector<std::memory_order> WeakerOrders(const Site& site) {
  switch (site.order) {
    case std::memory_order_seq_cst:
      return {std::memory_order_acq_rel};
    case std::memory_order_acq_rel:
      return {std::memory_order_acquire, std::memory_order_release};
    default:
      return {std::memory_order_relaxed};
  }
}

const char* NameOf(std::memory_order order) {
  switch (order) {
    case std::memory_order_seq_cst:
      return "seq_cst";
    case std::memory_order_acq_rel:
      return "acq_rel";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    default:
      return "relaxed";
  }
}

void Weaken(Mutant mutant) { weakened = mutant; }

std::memory_order OrderAt(const Place& place, const char* operation, std::memory_order order,
                          bool counts) {
  if (order == std::memory_order_relaxed) return order;
  const int site = Find(place, operation, order);
  if (counts) ++sites[static_cast<size_t>(site)].executions;
  return site == weakened.site ? weakened.order : order;
}

}  // namespace fmmq::model
