#include "node/io/event_spool_disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include "common/files.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/random_id.h"
#include "common/unique_fd.h"

namespace picket::node {
namespace {

constexpr mode_t kMode = 0600;
constexpr std::size_t kFileBytesMax = 4 * limits::kEventSpoolBytesMax;
constexpr std::size_t kHeaderBytes = 8;  // length and checksum of what follows, big-endian

uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

void put_number(std::string& bytes, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU));
}

uint32_t number_at(std::string_view bytes) {
  uint32_t number = 0;
  for (const char c : bytes.substr(0, 4)) number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

void put(std::string& bytes, const v1::SpoolRecord& record) {
  const std::string payload = record.SerializeAsString();
  put_number(bytes, static_cast<uint32_t>(payload.size()));
  put_number(bytes, checksum(payload));
  bytes += payload;
}

void put(std::string& bytes, const v1::SpooledEvent& event) {
  v1::SpoolRecord record;
  *record.mutable_event() = event;
  put(bytes, record);
}

/// The next record, taken off the front; nothing: it is not whole.
std::optional<v1::SpoolRecord> take(std::string_view& bytes) {
  if (bytes.size() < kHeaderBytes) return std::nullopt;
  const std::size_t length = number_at(bytes);
  const uint32_t sum = number_at(bytes.substr(4));
  if (length > bytes.size() - kHeaderBytes) return std::nullopt;
  const std::string_view payload = bytes.substr(kHeaderBytes, length);
  v1::SpoolRecord record;
  const bool is_good = checksum(payload) == sum &&
                       record.ParseFromArray(payload.data(), static_cast<int>(payload.size()));
  if (!is_good) return std::nullopt;
  bytes.remove_prefix(kHeaderBytes + length);
  return record;
}

/// Adds at the end; after an error the file ends where it did.
Status append_to(const std::string& path, const std::string& bytes) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  struct stat before{};
  if (!file || ::fstat(file.get(), &before) != 0) return system_error("open", path);
  if (write_all(file.get(), bytes) && ::fdatasync(file.get()) == 0) return {};
  const Error error = system_error("write", path);
  if (::ftruncate(file.get(), before.st_size) != 0) return system_error("mend", path);
  return error;
}

}  // namespace

std::string to_bytes(const SpoolContents& contents) {
  v1::SpoolRecord start;
  start.mutable_start()->set_instance(contents.instance);
  const auto& events = contents.events;
  start.mutable_start()->set_next(events.empty() ? contents.next : events.front().number());
  std::string bytes;
  put(bytes, start);
  for (const auto& event : events) put(bytes, event);
  return bytes;
}

LoadedSpool parse_spool(std::string_view bytes) {
  LoadedSpool loaded;
  const auto start = take(bytes);
  if (!start || !start->has_start() || start->start().instance().empty() ||
      start->start().next() == 0) {
    return loaded;
  }
  SpoolContents& contents = loaded.contents;
  contents.instance = start->start().instance();
  contents.next = start->start().next();
  while (!bytes.empty()) {
    const auto record = take(bytes);
    if (!record || !record->has_event() || record->event().number() < contents.next) return loaded;
    contents.next = record->event().number() + 1;
    contents.events.push_back(record->event());
  }
  loaded.is_whole = true;
  return loaded;
}

Result<LoadedSpool> load_spool(const std::string& path) {
  LoadedSpool loaded;
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    const auto bytes = read_file(path, kFileBytesMax);
    if (!bytes) return Error{bytes.error()};
    loaded = parse_spool(*bytes);
    if (loaded.contents.instance.empty())
      log::warn("spool of local events not used", {{"file", path}, {"why", "it is damaged"}});
  }
  if (loaded.contents.instance.empty()) loaded.contents.instance = random_id();
  return loaded;
}

EventSpoolDisk::EventSpoolDisk(std::string path, Worker& worker)
    : path_(std::move(path)), worker_(worker) {}

void EventSpoolDisk::append(const std::vector<v1::SpooledEvent>& events, Done done) {
  std::string bytes;
  for (const auto& event : events) put(bytes, event);
  post([path = path_, bytes = std::move(bytes)] { return append_to(path, bytes); }, done);
}

void EventSpoolDisk::replace(const SpoolContents& contents, Done done) {
  post([path = path_, bytes = to_bytes(contents)] { return write_file(path, bytes, kMode); }, done);
}

void EventSpoolDisk::post(std::function<Status()> job, const Done& done) {
  const bool posted = worker_.post(
      std::move(job), [done, weak = std::weak_ptr(token_)](const std::optional<Status>& stored) {
        if (weak.lock()) done(stored ? *stored : Status(Error{"out of memory"}));
      });
  if (!posted) done(Error{"the agent has too much to do"});
}

}  // namespace picket::node
