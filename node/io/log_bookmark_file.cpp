#include "node/io/log_bookmark_file.h"

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/files.h"
#include "common/log.h"

namespace picket::node {
namespace {

constexpr std::size_t kBytesMax = 64 * 1024;
constexpr mode_t kMode = 0600;

}  // namespace

std::string to_text(const v1::LogPosition& position) {
  const nlohmann::ordered_json object = {{"source", position.source()},
                                         {"instance", position.instance()},
                                         {"offset", position.offset()},
                                         {"at_unix_ns", position.at_unix_ns()}};
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<v1::LogPosition> parse_log_position(std::string_view text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return Error{"not a JSON object"};
  try {
    v1::LogPosition position;
    position.set_source(object.at("source").get<std::string>());
    position.set_instance(object.at("instance").get<std::string>());
    position.set_offset(object.at("offset").get<uint64_t>());
    position.set_at_unix_ns(object.at("at_unix_ns").get<int64_t>());
    return position;
  } catch (const nlohmann::json::exception&) {
    return Error{"expected source, instance, offset and at_unix_ns"};
  }
}

LogBookmarkFile::LogBookmarkFile(std::string path, Worker& worker)
    : state_(std::make_shared<State>()), worker_(worker) {
  state_->path = std::move(path);
}

std::optional<v1::LogPosition> LogBookmarkFile::load() {
  std::error_code error;
  if (!std::filesystem::exists(state_->path, error)) return std::nullopt;
  const auto text = read_file(state_->path, kBytesMax);
  const Result<v1::LogPosition> position =
      text ? parse_log_position(*text) : Result<v1::LogPosition>(Error{text.error()});
  if (position) return *position;
  log::warn("bookmark of the auth log not used",
            {{"file", state_->path}, {"why", position.error()}});
  return std::nullopt;
}

void LogBookmarkFile::save(const v1::LogPosition& position) {
  state_->wanted = to_text(position);
  write();
}

// One at a time, and of several that wait only the last.
void LogBookmarkFile::write() {
  if (state_->is_writing || state_->wanted.empty()) return;
  auto job = [path = state_->path, text = state_->wanted] { return write_file(path, text, kMode); };
  state_->is_writing = true;
  const bool posted = worker_.post(
      std::move(job), [this, weak = std::weak_ptr(state_)](const std::optional<Status>& written) {
        const auto state = weak.lock();
        if (!state) return;
        state->is_writing = false;
        const bool failed = !written || !*written;
        if (failed && !std::exchange(state->is_failing, true)) {
          log::warn("bookmark of the auth log not written",
                    {{"file", state->path}, {"why", written ? written->error() : "no thread"}});
        }
        state->is_failing = failed;
        write();
      });
  if (posted) {
    state_->wanted.clear();
  } else {
    state_->is_writing = false;  // too much to do: it waits for the next save
  }
}

}  // namespace picket::node
