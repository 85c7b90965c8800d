#include "hub/io/audit_line.h"

#include <charconv>

#include "common/json_text.h"
#include "common/rfc3339.h"

namespace picket::hub {
namespace {

constexpr std::string_view kTime = R"({"time":")";
constexpr std::string_view kSeq = R"(","seq":)";
constexpr std::string_view kPrevious = R"(,"previous":")";
constexpr std::string_view kHash = R"(,"hash":")";
constexpr std::string_view kEnd = R"("})";
constexpr std::size_t kTimeSize = std::string_view("2026-03-01T12:00:00.000000000Z").size();
constexpr std::size_t kHexSize = 2 * kSha256Bytes;
constexpr std::size_t kHashSize = kHash.size() + kHexSize + kEnd.size();
constexpr std::size_t kPreviousSize = kPrevious.size() + kHexSize + 1;

void append_member(std::string& line, std::string_view name, std::string_view value) {
  line.push_back(',');
  append_json_string(line, name);
  line.push_back(':');
  append_json_string(line, value);
}

std::string format_details(const AuditRecord& record) {
  std::string text;
  for (const auto& [name, value] : record.details) append_member(text, name, value);
  return "{" + (text.empty() ? text : text.substr(1)) + "}";
}

// Takes `expected` off the front.
bool skip(std::string_view& text, std::string_view expected) {
  if (text.substr(0, expected.size()) != expected) return false;
  text.remove_prefix(expected.size());
  return true;
}

}  // namespace

std::string format_audit_line(const AuditRecord& record, WallTime time, uint64_t seq,
                              const Sha256& previous) {
  std::string line(kTime);
  line += to_rfc3339(time, 9);
  line += kSeq;
  line += std::to_string(seq);
  append_member(line, "actor", record.actor);
  append_member(line, "action", record.action);
  append_member(line, "object", record.object);
  line += R"(,"allowed":)";
  line += record.allowed ? "true" : "false";
  append_member(line, "outcome", record.outcome);
  line += R"(,"details":)" + format_details(record);
  append_member(line, "previous", to_hex(previous));
  const std::string hash = to_hex(sha256(line));
  append_member(line, "hash", hash);
  line.push_back('}');
  return line;
}

std::optional<AuditLine> parse_audit_line(std::string_view line) {
  // Both ends have fixed sizes, and what lies between is covered by the hash: no JSON parser is
  // needed.
  if (line.size() < kTime.size() + kTimeSize + kSeq.size() + kPreviousSize + kHashSize)
    return std::nullopt;
  const std::string_view content = line.substr(0, line.size() - kHashSize);
  std::string_view tail = line.substr(content.size());
  const std::string_view hash = tail.substr(kHash.size(), kHexSize);
  if (!skip(tail, kHash) || tail.substr(kHexSize) != kEnd) return std::nullopt;
  if (to_hex(sha256(content)) != hash) return std::nullopt;

  std::string_view before = content.substr(content.size() - kPreviousSize);
  const std::string_view previous = before.substr(kPrevious.size(), kHexSize);
  if (!skip(before, kPrevious)) return std::nullopt;

  std::string_view head = content;
  if (!skip(head, kTime)) return std::nullopt;
  head.remove_prefix(kTimeSize);
  if (!skip(head, kSeq)) return std::nullopt;
  uint64_t seq = 0;
  const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), seq);
  if (error != std::errc() || end == head.data() + head.size() || *end != ',') return std::nullopt;
  return AuditLine{seq, previous, hash};
}

}  // namespace picket::hub
