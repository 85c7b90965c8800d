// What people see, byte for byte, against files: SM23 (watch), SM24 (nodes and show).
#include "client/cli/print.h"

#include <set>

#include "client/cli/cells.h"
#include "client/words/auth_words.h"
#include "client/words/words.h"
#include "common/auth_kinds.h"
#include "common/text.h"
#include "common/unicode.h"
#include "tests/client/samples.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/hostile_text.h"
#include "tests/support/local_zone.h"

namespace picket::cli {
namespace {

using client::NodeDetails;
namespace samples = client::samples;

const Screen kPlain{};

std::string line(const v1::Update& update) { return to_line(update, samples::kNow, kPlain); }

std::vector<v1::NodeSummary> all_nodes() {
  std::vector<v1::NodeSummary> nodes = {
      samples::node("web1", samples::ok_health(), 2),
      samples::node("web2", samples::ok_health(), 0),
      samples::node("web3", samples::failed_health(), 0),
      samples::node("web4", samples::not_monitored(), 0),
      samples::node("web5", samples::initialising(), 0),
      samples::gone_node("db1.a-rather-long-name.example.org"),
      samples::node("silent", samples::ok_health(), 0),
      samples::node("new", v1::CollectorHealth(), 0),
      samples::node("old", samples::ok_health(), 1),
  };
  nodes[6].clear_collectors();
  nodes[7].set_state(v1::NodeSummary::STATE_NOT_SEEN);
  nodes[7].clear_address();
  nodes[7].clear_last_update_unix_ns();
  nodes[8].set_state(v1::NodeSummary::STATE_REVOKED);
  return nodes;
}

std::string all_details() {
  NodeDetails seen{samples::node("web1", samples::ok_health(), 2), {}};
  *seen.sessions.add_rows() = samples::session("alice", "pts/3", "2001:db8::7");
  v1::Session bob = samples::session("bob", "tty1", "");
  bob.set_seat("seat0");
  bob.set_idle_ms(125'000);
  bob.clear_leader_pid();
  bob.set_key_name("bob's key");
  *seen.sessions.add_rows() = bob;
  auto& log = *seen.node.add_collectors();
  log.set_resource("auth_log");
  log.mutable_health()->mutable_ok()->add_sources("journald");
  seen.auth_log = samples::auth_log();
  std::string text = print_node(seen, samples::kNow, kPlain);
  *seen.node.add_collectors() = samples::collector(samples::ok_health(), 2);
  seen.node.mutable_collectors(1)->set_resource("wireguard");
  *seen.wireguard.add_interfaces() = samples::wireguard_interface();
  *seen.wireguard.add_peers() = samples::wireguard_peer();
  auto* silent = seen.wireguard.add_peers();
  silent->set_interface("wg0");
  silent->set_public_key("gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=");
  text += "\n" + print_node(seen, samples::kNow, kPlain);
  *seen.node.mutable_collectors(1)->mutable_health() = samples::failed_health();
  text += "\n" + print_node(seen, samples::kNow, kPlain);
  for (const auto& node : all_nodes()) text += "\n" + print_node({node, {}}, samples::kNow, kPlain);
  return text;
}

std::string all_lines() {
  const v1::Session alice = samples::session("alice", "pts/3", "192.0.2.7");
  std::string text = line(samples::session_event("session.opened", alice));
  text += line(samples::session_event("session.closed", samples::session("bob", "tty1", "")));
  v1::Update late = samples::session_event("session.closed", alice);
  late.mutable_event()->set_observed_late(true);
  late.set_at_unix_ns(samples::kNowUnixNs - 3 * samples::kDay);
  text += line(late);
  text += line(samples::session_event("session.renamed", alice));
  for (const char* kind :
       {"node.connected", "node.disconnected", "node.identity_conflict", "node.refused",
        "node.revoked", "node.forgotten", "node.booted", "node.reboot_required", "node.clock_wrong",
        "node.clock_right", "node.moved"}) {
    text += line(samples::node_event(kind));
  }
  text += line(samples::collector_event("collector.failed", samples::failed_health()));
  text += line(samples::collector_event("collector.recovered", samples::ok_health()));
  v1::Update started = samples::event("hub.started");
  started.clear_node();
  started.mutable_event()->mutable_hub()->set_version("0.1.0");
  text += line(started) + line(samples::event("comet.seen")) + line(samples::change());
  for (const char* kind : {"ssh.accepted", "ssh.failed", "auth.forgery_attempt"}) {
    text += line(samples::auth_event(kind));
  }
  for (const char* kind :
       {"wg.peer_added", "wg.peer_removed", "wg.peer_active", "wg.peer_idle",
        "wg.peer_endpoint_moved", "wg.peer_allowed_ips_changed", "wg.peer_renamed"}) {
    text += line(samples::wireguard_event(kind));
  }
  text += line(samples::wireguard_change()) + line(samples::host_change());
  text += line(samples::local_event());
  v1::Session through = alice;
  through.set_remote_host("10.8.0.3");
  *through.mutable_behind() = samples::behind();
  text += line(samples::session_event("session.opened", through));
  text += line(samples::gap_event()) + line(samples::quarantined_event());
  v1::Update blind = samples::change();
  blind.mutable_change()->clear_sessions();
  *blind.mutable_change()->mutable_health() = samples::failed_health();
  text += line(blind) + line(v1::Update());
  v1::Missed missed;
  missed.set_first_seq(7);
  missed.set_last_seq(9);
  return text + to_line(missed);
}

bool is_safe(std::string_view text) {
  while (!text.empty()) {
    const auto symbol = unicode::first_symbol(text);
    if (!symbol.valid) return false;
    if (symbol.code_point != '\n' && unicode::is_hidden(symbol.code_point)) return false;
    text.remove_prefix(symbol.bytes);
  }
  return true;
}

std::string check_golden(const std::string& name, const std::string& actual) {
  return test::golden("tests/fixtures/golden/" + name, actual);
}

}  // namespace

TEST_CASE("SM23: watch prints one line for each update") {
  const test::LocalZone zone("Europe/Berlin");
  const std::string text = all_lines();
  CHECK(text == check_golden("watch.txt", text));
}

TEST_CASE(
    "each kind of the auth log has words of its own, one that is not known stands for itself") {
  std::set<std::string> all;
  for (const auto& row : kAuthKinds) {
    const std::string kind(row.name);
    INFO(kind);
    v1::AuthEvent event;
    event.set_claimed_kind("a kind");
    const std::string words = words::auth_words(kind, event);
    CHECK_FALSE(words.empty());
    CHECK(words.find(kind) == std::string::npos);
    all.insert(words);
  }
  CHECK(all.size() == kAuthKinds.size());
  CHECK(words::auth_words("ssh.comet\n", v1::AuthEvent()) == "ssh.comet\\n");
}

TEST_CASE("SM24: the list of nodes fits 40, 80 and 200 columns, and is whole in a pipe") {
  const test::LocalZone zone("Europe/Berlin");
  const auto nodes = all_nodes();
  for (const std::size_t width : {0, 40, 80, 200}) {
    const std::string text = print_nodes(nodes, samples::kNow, Screen{width, false});
    CHECK(text == check_golden("nodes." + std::to_string(width) + ".txt", text));
  }
  CHECK(print_nodes({}, samples::kNow, kPlain).find("no nodes yet") == 0);
}

TEST_CASE("SM24: a node is shown with its state, life and sessions") {
  const test::LocalZone zone("Europe/Berlin");
  const std::string text = all_details();
  CHECK(text == check_golden("show.txt", text));
}

TEST_CASE("a collector of a newer node is shown by its name, cut where that is long") {
  v1::NodeSummary node = samples::node("web1", samples::ok_health(), 0);
  for (const char* name : {"temperature", "temperatures", "packages-held-back",
                           "\u6e29\u5ea6\u6e29\u5ea6\u6e29\u5ea6\u6e29\u5ea6"}) {
    node.add_collectors()->set_resource(name);
  }
  const std::string text = print_node({node, {}}, samples::kNow, kPlain);
  const std::string unknown = " not known to this version of picket\n";
  CHECK(text.find("\n  temperature" + unknown) != std::string::npos);
  CHECK(text.find("\n  temperatur\u2026" + unknown) != std::string::npos);
  CHECK(text.find("\n  packages-h\u2026" + unknown) != std::string::npos);
  CHECK(text.find("\n  \u6e29\u5ea6\u6e29\u5ea6\u6e29\u2026" + unknown) != std::string::npos);
}

TEST_CASE("nobody, can't see, not monitored, not looked and unknown never look alike") {
  std::set<std::string> words;
  std::set<std::string> cells;
  for (const auto& health :
       {samples::ok_health(), samples::failed_health(), samples::not_monitored(),
        samples::initialising(), v1::CollectorHealth()}) {
    words.insert(words::sessions_words(health, 0));
    cells.insert(sessions_cell(samples::node("web1", health, 0)).text);
  }
  CHECK(words.size() == 5);
  CHECK(cells.size() == 5);
  CHECK(words::sessions_words(samples::ok_health(), 0) == "nobody is logged in");
  CHECK(words::sessions_words(samples::failed_health(), 0) ==
        "can't see who is logged in: /run/utmp: permission denied (usermod -aG utmp picket-node)");
}

TEST_CASE("what a node said before it went doesn't look like the present") {
  v1::NodeSummary gone = samples::gone_node("web1");
  CHECK(sessions_cell(gone).text == "was 1");
  gone.mutable_collectors(0)->set_rows(0);
  CHECK(sessions_cell(gone).text == "was nobody");
}

TEST_CASE("the hub's status and its tokens") {
  const test::LocalZone zone("Europe/Berlin");
  std::string text = print_status(samples::status(), kPlain);
  v1::Status empty;
  text += "\n" + print_status(samples::not_storing(), kPlain);
  text += "\n" + print_status(empty, kPlain) + "\n";
  std::vector<v1::Token> tokens = {samples::token("web1"), samples::token("web2"),
                                   samples::token("web3"), samples::token("web4")};
  tokens[1].set_state(v1::Token::STATE_USED);
  tokens[1].set_replace(false);
  tokens[2].set_state(v1::Token::STATE_EXPIRED);
  tokens[2].set_expires_unix_ns(samples::kNowUnixNs - samples::kDay);
  tokens[3].set_state(v1::Token::STATE_REVOKED);
  text += print_tokens(tokens, samples::kNow, kPlain) + "\n";
  text += print_new_tokens(std::span(tokens).first(2), samples::kNow);
  CHECK(text == check_golden("hub.txt", text));
  CHECK(print_tokens({}, samples::kNow, kPlain) == "no tokens\n");
}

TEST_CASE("a line of watch in colour has the same words") {
  const test::LocalZone zone("Europe/Berlin");
  const auto update = samples::session_event("session.opened", samples::session("a", "pts/1", ""));
  CHECK(to_line(update, samples::kNow, Screen{0, true}) ==
        "05:02:01  web1          \x1b[32msession opened: a on pts/1\x1b[0m\n");
}

TEST_CASE("hostile text in any field reaches the terminal escaped, on its own line") {
  for (const std::string& raw : test::hostile_texts()) {
    const std::string text = unicode::repaired(raw);
    v1::Session session = samples::session(text, text, text);
    session.set_user_raw(raw);
    v1::CollectorHealth failed;
    failed.mutable_failed()->set_reason(text);
    failed.mutable_failed()->set_remedy(text);
    v1::Update event = samples::session_event("session.opened", session);
    event.set_node(text);
    const std::string opened = line(event);
    CHECK(is_safe(opened));
    CHECK(opened.find('\n') == opened.size() - 1);
    CHECK(is_safe(line(samples::collector_event("collector.failed", failed))));
    CHECK(is_safe(line(samples::event(text))));
    NodeDetails details{samples::node(text, samples::ok_health(), 1), {}};
    details.node.set_address(text);
    details.node.set_reason(text);
    details.node.mutable_facts()->set_os(text);
    details.node.mutable_facts()->set_host_name(text);
    details.node.mutable_facts()->set_kernel(text);
    details.node.mutable_facts()->set_agent_version(text);
    details.node.mutable_facts()->set_reboot_reasons(0, text);
    v1::Update due = samples::node_event("node.reboot_required");
    due.mutable_event()->mutable_node()->set_reboot_reasons(0, text);
    CHECK(is_safe(line(due)));
    *details.sessions.add_rows() = session;
    v1::Update moved = samples::wireguard_event("wg.peer_endpoint_moved");
    auto& peer = *moved.mutable_event()->mutable_wireguard()->mutable_peer();
    for (auto* field : {peer.mutable_name(), peer.mutable_interface(), peer.mutable_public_key(),
                        peer.mutable_endpoint_address(), peer.mutable_allowed_ips(0)})
      *field = text;
    CHECK(is_safe(line(moved)));
    moved.mutable_event()->set_kind("wg.peer_allowed_ips_changed");
    CHECK(is_safe(line(moved)));
    *details.wireguard.add_peers() = peer;
    *details.node.add_collectors() = samples::collector(samples::ok_health(), 1);
    details.node.mutable_collectors(1)->set_resource("wireguard");
    v1::Update local = samples::event("local." + text);
    auto& detail = *local.mutable_event()->mutable_local();
    detail.set_text(text);
    detail.set_text_raw(raw);
    detail.add_fields()->set_name(text);
    detail.mutable_fields(0)->set_value_raw(raw);
    CHECK(is_safe(line(local)));
    CHECK(is_safe(print_node(details, samples::kNow, kPlain)));
    const std::vector<v1::NodeSummary> nodes = {details.node, samples::node(text, failed, 0)};
    CHECK(is_safe(print_nodes(nodes, samples::kNow, kPlain)));
    v1::Status status = samples::status();
    status.mutable_closed_links(0)->set_detail(text);
    status.mutable_closed_links(0)->set_peer(text);
    status.set_storing(false);
    status.set_not_storing_reason(text);
    CHECK(is_safe(print_status(status, kPlain)));
  }
}

}  // namespace picket::cli
