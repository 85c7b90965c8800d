#include "hub/io/backup_manifest.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/rfc3339.h"
#include "common/sha256.h"

namespace picket::hub {
namespace {

constexpr std::string_view kMagic = "picket-hub-backup ";
constexpr int kTimeDigits = 9;

using Json = nlohmann::ordered_json;

Error damaged() { return Error{"it is damaged"}; }

// The text up to the next `end`, which are both taken off the front.
std::optional<std::string_view> take_until(std::string_view& text, char end) {
  const std::size_t size = text.find(end);
  if (size == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size + 1);
  return taken;
}

template <typename Number>
std::optional<Number> parse_number(std::optional<std::string_view> digits) {
  Number number{};
  if (!digits || digits->empty()) return std::nullopt;
  const char* end = digits->data() + digits->size();
  const auto [stop, error] = std::from_chars(digits->data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::string format_manifest(const BackupManifest& manifest) {
  Json files = Json::array();
  for (const auto& file : manifest.files) {
    files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  const Json object = {{"program", manifest.program},
                       {"hub_id", manifest.hub_id},
                       {"created", to_rfc3339(manifest.created, kTimeDigits)},
                       {"journal_format", manifest.journal_format},
                       {"files", files}};
  return object.dump() + "\n";
}

Result<BackupManifest> parse_manifest(std::string_view text) {
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object()) return damaged();
  try {
    const auto created = parse_rfc3339(object.at("created").get<std::string>());
    if (!created) return damaged();
    BackupManifest manifest{.program = object.at("program").get<std::string>(),
                            .hub_id = object.at("hub_id").get<std::string>(),
                            .created = *created,
                            .journal_format = object.at("journal_format").get<int>(),
                            .files = {}};
    for (const Json& file : object.at("files")) {
      manifest.files.push_back({.name = file.at("name").get<std::string>(),
                                .bytes = file.at("bytes").get<uint64_t>(),
                                .sha256 = file.at("sha256").get<std::string>()});
    }
    return manifest;
  } catch (const nlohmann::json::exception&) {
    return damaged();
  }
}

}  // namespace

std::string format_backup_head(const BackupManifest& manifest) {
  const std::string text = format_manifest(manifest);
  return std::string(kMagic) + std::to_string(kBackupFormat) + "\n" + std::to_string(text.size()) +
         " " + to_hex(sha256(text)) + "\n" + text;
}

Result<BackupHead> parse_backup_head(std::string_view begin) {
  std::string_view rest = begin;
  if (rest.substr(0, kMagic.size()) != kMagic) return Error{"it is not a backup of a picket-hub"};
  rest.remove_prefix(kMagic.size());
  const auto format = parse_number<int>(take_until(rest, '\n'));
  if (!format || *format < 1) return damaged();
  if (*format > kBackupFormat) {
    return Error{"it was made by a newer picket-hub (format " + std::to_string(*format) +
                 ", this one knows " + std::to_string(kBackupFormat) + "): install that release"};
  }
  const auto size = parse_number<std::size_t>(take_until(rest, ' '));
  const auto checksum = take_until(rest, '\n');
  if (!size || !checksum || *size > rest.size()) return damaged();
  const std::string_view text = rest.substr(0, *size);
  if (to_hex(sha256(text)) != *checksum) return damaged();
  auto manifest = parse_manifest(text);
  if (!manifest) return Error{manifest.error()};
  return BackupHead{*std::move(manifest), begin.size() - rest.size() + *size};
}

}  // namespace picket::hub
