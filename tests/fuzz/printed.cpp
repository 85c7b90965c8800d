// What a client prints of whatever a hub tells: text from nodes and their users on its way to a
// terminal, and to a program that reads JSON.
#include <nlohmann/json.hpp>
#include <string>

#include "client/cli/print.h"
#include "client/lib/json.h"
#include "common/audit_entry.h"
#include "common/decode.h"
#include "common/message_shapes.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"
#include "tests/support/local_zone.h"

namespace picket::fuzz {
namespace {

void check_json(const std::string& json) {
  if (json.empty()) return;  // of a frame that is told in another way
  expect_plain(json);
  expect(nlohmann::json::accept(json), "JSON can be read");
}

void check_lines(const std::string& lines) {
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    expect_safe_for_terminal(line);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
}

void check_line(const std::string& line) {
  expect(line.find('\n') == line.size() - 1, "an update is one line");
  check_lines(line);
}

void print_details(const v1::NodeSummary& node, const v1::NodeRows& rows, WallTime now,
                   const cli::Screen& screen) {
  client::NodeDetailsReader reader;
  (void)reader.on_node(node);
  reader.on_rows(rows);
  const auto details = reader.on_end();
  check_lines(cli::print_node(*details, now, screen));
  check_json(client::to_json(*details));
}

void print(const v1::HubToClient& frame, const cli::Screen& screen) {
  const WallTime now = from_unix_ns(1'800'000'000'000'000'000);
  check_json(client::to_json(frame));
  if (frame.has_update()) check_line(cli::to_line(frame.update(), now, screen));
  if (frame.has_missed()) check_line(cli::to_line(frame.missed()));
  if (frame.has_node()) {
    check_json(client::to_json(frame.node()));
    check_lines(cli::print_nodes(std::span(&frame.node(), 1), now, screen));
    print_details(frame.node(), {}, now, screen);
  }
  if (frame.has_rows()) {
    v1::NodeSummary node;
    node.set_name(frame.rows().node());
    print_details(node, frame.rows(), now, screen);
  }
  if (frame.has_status()) {
    check_json(client::to_json(frame.status()));
    check_lines(cli::print_status(frame.status(), screen));
  }
  if (frame.has_audit_line()) {
    const std::string& line = frame.audit_line().line();
    const auto entry = parse_audit_entry(line);
    check_line(entry ? cli::to_line(*entry, screen) : cli::no_record_line(line, screen));
  }
  if (frame.has_token()) {
    check_json(client::to_json(frame.token()));
    check_lines(cli::print_tokens(std::span(&frame.token(), 1), now, screen));
    check_lines(cli::print_new_tokens(std::span(&frame.token(), 1), now));
  }
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  picket::silence_protobuf();
  static const auto* const kZone = new picket::test::LocalZone("Europe/Berlin");
  (void)kZone;
  Input input(data, size);
  const std::size_t width = input.byte();
  picket::v1::HubToClient frame;
  if (picket::decode(input.rest(), picket::shapes::kHubToClient, frame)) {
    print(frame, {.width = width, .colour = false});
  }
  return 0;
}
