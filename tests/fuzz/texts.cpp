// Texts that people write or that come from outside: each is read by everything that reads texts,
// and what was understood is written and understood as the same again.
#include <nlohmann/json.hpp>
#include <string>

#include "client/lib/name_ranges.h"
#include "common/address.h"
#include "common/audit_line.h"
#include "common/base64url.h"
#include "common/hub_addresses.h"
#include "common/json_text.h"
#include "common/limits.h"
#include "common/node_name.h"
#include "common/rfc3339.h"
#include "common/since.h"
#include "common/text.h"
#include "common/token.h"
#include "common/unicode.h"
#include "common/units.h"
#include "common/utf8.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"
#include "tests/support/local_zone.h"

namespace picket::fuzz {
namespace {

void read_token(std::string_view text) {
  const auto payload = parse_token(text);
  if (!payload) return;
  const auto again = parse_token(format_token(*payload));
  expect(again && again->SerializeAsString() == payload->SerializeAsString(), "a token is itself");
  expect(payload->secret().size() == limits::kTokenSecretBytes, "a token has its secret");
  expect(is_node_name(payload->node()), "a token is of a name");
}

void read_addresses(std::string_view text) {
  if (const auto address = parse_host_port(text)) {
    const auto again = parse_host_port(to_string(*address));
    expect(again && *again == *address, "an address is itself");
  }
  if (const auto addresses = parse_hub_addresses(text)) {
    const auto again = parse_hub_addresses(format_hub_addresses(*addresses));
    expect(again && *again == *addresses, "a hub's addresses are themselves");
  }
}

void read_units(std::string_view text) {
  if (const auto duration = parse_duration_or_never(text)) {
    const auto again = parse_duration_or_never(print_duration_or_never(*duration));
    expect(again && *again == *duration, "a duration is itself");
  }
  if (const auto bytes = parse_size(text)) {
    const auto again = parse_size(print_size(*bytes));
    expect(again && *again == *bytes, "a size is itself");
    (void)print_size_rounded(*bytes);
  }
}

void read_times(std::string_view text) {
  if (const auto time = parse_rfc3339(text)) {
    const std::string again = to_rfc3339(*time, 9);
    // An offset may lead into a year that is cut short, and so isn't read.
    const bool whole_year = !again.starts_with("1677") && !again.starts_with("2262");
    expect(!whole_year || parse_rfc3339(again) == time, "an instant is itself");
  }
  (void)parse_since(text, from_unix_ns(1'795'000'000'000'000'000));
}

void read_audit_line(std::string_view text) {
  const auto place = audit_place(text);
  const auto line = parse_audit_line(text);
  expect(!line || (place && place->seq == line->place.seq && place->time == line->place.time),
         "a line of the audit log has its place at its beginning");
}

void read_base64url(std::string_view text) {
  const auto bytes = from_base64url(text);
  expect(!bytes || to_base64url(*bytes) == text, "bytes have one text");
  expect(from_base64url(to_base64url(text)) == text, "and a text is of one");
}

void escape(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  expect_utf8(valid);
  expect(to_valid_utf8(valid) == valid, "what is valid stays as it is");
  const auto cut = cut_utf8(valid, text.size() / 2);
  expect_utf8(cut);
  expect(cut.size() <= text.size() / 2 && valid.starts_with(cut), "a cut text is a beginning");
  const std::string shown = escape_for_terminal(text);
  expect_safe_for_terminal(shown);
  expect_safe_for_terminal(escape_for_log(text));
  const std::size_t width = 1 + text.size() % 40;
  expect(display_width(truncate_to_width(shown, width)) <= width, "a text fits its width");
  const std::string json = to_json_string(text);
  expect(nlohmann::json::parse(json).get<std::string>() == unicode::repaired(text),
         "JSON tells the text itself");
}

void expand(std::string_view text) {
  constexpr std::size_t kNamesMax = 100;
  const auto names = client::expand_name_ranges(text, kNamesMax);
  expect(!names || names->size() <= kNamesMax, "names are bounded");
}

// The first line is a pattern for the rest.
void match(std::string_view text) {
  const std::string_view pattern = text.substr(0, text.find('\n'));
  const std::string_view rest = text.substr(pattern.size());
  if (pattern.size() > limits::kSelectorBytesMax) return;
  const bool matches = glob_matches(pattern, rest);
  expect(is_glob(pattern) || matches == (pattern == rest), "a plain text matches itself alone");
  expect(glob_matches("*", rest), "a star matches all");
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  static const auto* const kZone = new picket::test::LocalZone("Europe/Berlin");
  (void)kZone;
  const std::string_view text = Input(data, size).rest();
  read_token(text);
  read_addresses(text);
  read_units(text);
  read_times(text);
  read_audit_line(text);
  read_base64url(text);
  escape(text);
  expand(text);
  match(text);
  (void)picket::check_node_name(text);
  return 0;
}
