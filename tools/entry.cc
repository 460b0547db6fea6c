#include "tools/entry.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/text.h"

namespace fmmq::tools {
namespace {

using Json = nlohmann::ordered_json;

void ReadFileStatus(int fd, Entry* entry) {
  struct stat file = {};
  if (fstat(fd, &file) != 0) return;
  entry->mode = file.st_mode & 0777;
  entry->owner = file.st_uid;
}

std::vector<GroupInfo> ReadGroups(const Queue& queue) {
  std::vector<GroupInfo> groups(format::kMaxGroups);
  groups.resize(queue.Groups(groups.data(), groups.size()));
  return groups;
}

void AddInfo(const QueueInfo& info, Json* json) {
  Json& out = *json;
  out["segment_bytes"] = info.segment_bytes;
  out["capacity"] = info.capacity;
  out["block_size"] = info.block_size;
  out["seats"] = info.seats;
  out["max_groups"] = info.groups;
  out["string_size"] = info.string_size;
  out["policy"] = PolicyName(info.policy);
  out["single_producer"] = info.single_producer;
  out["anonymous"] = info.anonymous;
  out["writable"] = info.writable;
  out["created_ns"] = info.created_ns;
  out["created"] = ExactTime(info.created_ns);
  out["uuid"] = UuidText(info.uuid);
  out["id"] = info.id;
  out["head"] = info.head;
  out["recoveries"] = info.recoveries;
  out["ended"] = info.ended;
  out["written_messages"] = info.written_messages;
  out["written_bytes"] = info.written_bytes;
  out["read_messages"] = info.read_messages;
  out["read_bytes"] = info.read_bytes;
  out["producers"] = info.producers;
  out["members"] = info.members;
}

Json ToJson(const Entry& entry) {
  Json json;
  json["name"] = entry.name;
  json["status"] = entry.status.name();
  json["message"] = entry.status.message();
  if (!entry.status.ok()) return json;
  AddInfo(entry.info, &json);
  json["max_message_size"] = entry.max_message_size;
  json["mode"] = PermissionsText(entry.mode);
  json["owner"] = entry.owner;
  return json;
}

Json ToJson(const GroupInfo& group) {
  Json json;
  json["name"] = group.name;
  json["kind"] = GroupKindName(group.kind);
  json["durable"] = group.durable;
  json["members"] = group.members;
  json["cursor"] = group.cursor;
  json["lag"] = group.lag;
  json["lost"] = group.lost;
  json["redelivered"] = group.redelivered;
  return json;
}

Json ToJson(const PresenceInfo& presence) {
  Json json;
  json["producers"] = presence.producers;
  json["members"] = presence.members;
  json["observers"] = presence.observers;
  return json;
}

Json ToJson(const StringInfo& string) {
  Json json;
  json["bytes"] = string.size;
  json["version"] = string.version;
  return json;
}

// Without exceptions, the default for bad UTF-8 would abort.
std::string Text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<StringInfo> LookAtString(const Queue& queue, size_t capacity) {
  if (capacity == 0) return Code::kNotSupported;
  std::vector<char> buffer(capacity);
  return queue.GetString({buffer.data(), buffer.size()});
}

Entry LookAt(const std::string& name, bool closely) {
  Entry entry;
  entry.name = name;
  const Result<Queue> queue = Queue::Open(name);
  entry.status = queue.status();
  if (!queue.ok()) return entry;
  entry.info = queue->Info();
  entry.groups = ReadGroups(*queue);
  entry.max_message_size = queue->max_message_size();
  ReadFileStatus(queue->fd(), &entry);
  if (!closely) return entry;
  entry.presence = queue->Presence();
  entry.string = LookAtString(*queue, entry.info.string_size);
  return entry;
}

}  // namespace

Entry LookAt(const std::string& name) { return LookAt(name, false); }
Entry LookClosely(const std::string& name) { return LookAt(name, true); }

std::string ListJson(const std::vector<Entry>& entries) {
  Json list = Json::array();
  for (const Entry& entry : entries) list.push_back(ToJson(entry));
  return Text(list);
}

std::string EntryJson(const Entry& entry) {
  Json json = ToJson(entry);
  json["alive"] = entry.presence.ok() ? ToJson(*entry.presence) : Json(nullptr);
  json["string"] = entry.string.ok() ? ToJson(*entry.string) : Json(nullptr);
  json["groups"] = Json::array();
  for (const GroupInfo& group : entry.groups) json["groups"].push_back(ToJson(group));
  return Text(json);
}

}  // namespace fmmq::tools
