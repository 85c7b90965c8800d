#include "common/audit_line.h"

#include <charconv>

#include "common/rfc3339.h"

namespace picket {
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

// Takes `expected` off the front.
bool skip(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// The same of time and number; what is left begins with the comma after them.
std::optional<AuditPlace> take_place(std::string_view& text) {
  AuditPlace place;
  if (!skip(text, kTime) || text.size() < kTimeSize) return std::nullopt;
  place.time = text.substr(0, kTimeSize);
  text.remove_prefix(kTimeSize);
  if (!skip(text, kSeq)) return std::nullopt;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, place.seq);
  if (error != std::errc() || stop == end || *stop != ',') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return place;
}

}  // namespace

std::string begin_audit_line(WallTime time, uint64_t seq) {
  std::string line(kTime);
  line += to_rfc3339(time, 9);
  line += kSeq;
  line += std::to_string(seq);
  return line;
}

std::string_view first_audit_members() { return R"(,"actor":"hub","action":"audit.rotate",)"; }

void end_audit_line(std::string& line, const Sha256& previous) {
  line += kPrevious;
  line += to_hex(previous);
  line += '"';
  const std::string hash = to_hex(sha256(line));
  line += kHash;
  line += hash;
  line += kEnd;
}

std::optional<AuditPlace> audit_place(std::string_view line) { return take_place(line); }

std::optional<AuditLine> parse_audit_line(std::string_view line) {
  // Both ends have fixed sizes, and what lies between is covered by the hash: no JSON parser is
  // needed.
  if (line.size() < kPreviousSize + kHashSize) return std::nullopt;
  AuditLine parsed;
  std::string_view rest = line.substr(0, line.size() - kHashSize);
  std::string_view tail = line.substr(rest.size());
  parsed.hash = tail.substr(kHash.size(), kHexSize);
  if (!skip(tail, kHash) || tail.substr(kHexSize) != kEnd) return std::nullopt;
  if (to_hex(sha256(rest)) != parsed.hash) return std::nullopt;

  std::string_view before = rest.substr(rest.size() - kPreviousSize);
  parsed.previous = before.substr(kPrevious.size(), kHexSize);
  if (!skip(before, kPrevious)) return std::nullopt;

  const auto place = take_place(rest);
  if (!place) return std::nullopt;
  parsed.place = *place;
  parsed.begins_file = rest.starts_with(first_audit_members());
  return parsed;
}

}  // namespace picket
