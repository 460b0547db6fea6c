// Passes one message to itself.
#include <unistd.h>

#include <cstdio>
#include <string>

#include "fmmq/fmmq.h"

int main() {
  const std::string name = "consumer." + std::to_string(getpid());
  auto queue = fmmq::Queue::Create(name);
  auto producer = queue->NewProducer();
  auto consumer = queue->Join();
  const fmmq::Status written = producer->TryWrite("hello from another workspace");
  char buffer[64];
  const auto message = consumer->TryRead(buffer);
  const fmmq::Status removed = fmmq::Queue::Remove(name);
  if (!queue.ok() || !written.ok() || !message.ok() || !removed.ok()) {
    std::printf("create: %s, write: %s, read: %s, remove: %s\n", queue.status().name(),
                written.name(), message.status().name(), removed.name());
    return 1;
  }
  std::printf("%.*s\n", static_cast<int>(message->size), buffer);
}
