// A program that uses nothing but the archive and its public headers: create, write, read, compare,
// remove. A plain compiler command builds it, with exceptions and RTTI on.
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "fmmq/fmmq.h"

namespace {

// Prints what went wrong; true when nothing did.
bool Ok(const char* what, fmmq::Status status) {
  if (!status.ok()) std::printf("%s: %s: %s\n", what, status.name(), status.message());
  return status.ok();
}

bool ReadsBack(fmmq::Consumer* consumer, const std::string& expected) {
  std::vector<char> buffer(expected.size() + 1);
  fmmq::Result<fmmq::Received> received = consumer->TryRead(buffer);
  if (!Ok("read", received.status())) return false;
  if (std::string_view(buffer.data(), received->size) == expected) return true;
  std::printf("read %zu bytes that differ from the %zu written\n", received->size, expected.size());
  return false;
}

bool PassMessages(const std::string& name) {
  fmmq::Result<fmmq::Queue> queue = fmmq::Queue::Create(name);
  if (!Ok("create", queue.status())) return false;
  fmmq::Result<fmmq::Consumer> consumer = queue->Join();
  if (!Ok("join", consumer.status())) return false;
  fmmq::Result<fmmq::Producer> producer = queue->NewProducer();
  if (!Ok("new producer", producer.status())) return false;

  for (size_t size : {0, 1, 31, 32, 33, 1000, 100000}) {
    const std::string message(size, static_cast<char>('a' + size % 26));
    if (!Ok("write", producer->TryWrite(message))) return false;
    if (!ReadsBack(&*consumer, message)) return false;
  }
  char byte = 0;
  return consumer->TryRead(fmmq::MutableBytes(&byte, 1)).code() == fmmq::Code::kEmpty;
}

}  // namespace

int main() {
  const std::string name = "link_plain." + std::to_string(getpid());
  const bool passed = PassMessages(name);
  const bool removed = Ok("remove", fmmq::Queue::Remove(name));
  std::puts(passed && removed ? "every message came back as it was written" : "FAILED");
  return passed && removed ? 0 : 1;
}
