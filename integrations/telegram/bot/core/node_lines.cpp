#include "integrations/telegram/bot/core/node_lines.h"

#include <cstdint>
#include <string>

#include "client/lib/time_text.h"
#include "client/words/command_words.h"
#include "client/words/wireguard_words.h"
#include "client/words/words.h"

namespace picket::telegram::bot {
namespace {

using words::outside_text;

bool is_connected(const v1::NodeSummary& node) {
  return node.state() == v1::NodeSummary::STATE_CONNECTED;
}

std::string mark_of(const v1::NodeSummary& node) {
  switch (node.state()) {
    case v1::NodeSummary::STATE_CONNECTED: return "✅";
    case v1::NodeSummary::STATE_DISCONNECTED: return "❌";
    default: return "⚪";
  }
}

std::string state_words(const v1::NodeSummary& node, WallTime now) {
  switch (node.state()) {
    case v1::NodeSummary::STATE_CONNECTED: return "connected";
    case v1::NodeSummary::STATE_DISCONNECTED: {
      const auto since = client::time_between(from_peer_unix_ns(node.since_unix_ns()), now);
      const std::string words = "disconnected for " + client::rough_duration(since);
      return node.reason().empty() ? words : words + ": " + words::reason_words(node.reason());
    }
    case v1::NodeSummary::STATE_NOT_SEEN: return "not seen since the hub started";
    case v1::NodeSummary::STATE_REVOKED: return "revoked";
    default: return "in a state that this program doesn't know";
  }
}

std::string on_words(const v1::NodeSummary& node) {
  const auto* collector = words::sessions_of(node);
  if (collector == nullptr) return "not known who is on";
  const std::string now = words::sessions_words(collector->health(), collector->rows());
  return is_connected(node) ? now : "before that " + now;
}

// Where, when, and how long nothing was typed.
std::string about_words(const v1::Session& session, WallTime now) {
  std::string words = words::session_words(session);
  if (!session.key_name().empty()) words += ", key of " + outside_text(session.key_name());
  if (session.since_unix_ns() != 0)
    words += " since " + client::local_time_of_day(from_peer_unix_ns(session.since_unix_ns()), now);
  return words;
}

std::string handshake_words(const v1::WireguardPeer& peer, WallTime now) {
  if (!peer.has_received_bytes()) return "";  // never fetched
  if (peer.latest_handshake_unix_ns() == 0) return ", no handshake ever";
  const WallTime at = from_peer_unix_ns(peer.latest_handshake_unix_ns());
  return ", handshake " + client::relative_time(at, now);
}

void add_fact(const std::string& name, const std::string& value, Lines& lines) {
  if (!value.empty()) lines.add({"", "", name + ": " + value});
}

void add_facts(const v1::NodeSummary& node, WallTime now, Lines& lines) {
  add_fact("address", outside_text(node.address()), lines);
  if (!node.has_facts()) return;
  const v1::NodeFacts& facts = node.facts();
  add_fact("host", outside_text(facts.host_name()), lines);
  add_fact("system", outside_text(facts.os()) + ", kernel " + outside_text(facts.kernel()), lines);
  if (facts.booted_unix_ns() != 0)
    add_fact("booted", client::relative_time(from_peer_unix_ns(facts.booted_unix_ns()), now),
             lines);
  if (facts.reboot_required())
    lines.add({"🟡", "", "reboot required: " + words::list_words(facts.reboot_reasons())});
}

void add_troubles(const v1::NodeSummary& node, Lines& lines) {
  for (const auto& collector : node.collectors()) {
    if (!collector.health().has_failed()) continue;
    const std::string resource = outside_text(collector.resource());
    lines.add({"🔴", "", words::blind_words(collector.health(), "see " + resource)});
  }
}

void add_wireguard(const client::NodeDetails& details, WallTime now, Lines& lines) {
  for (const auto& peer : details.wireguard.peers()) {
    const std::string endpoint = peer.endpoint_address().empty()
                                     ? ", no endpoint"
                                     : ", at " + outside_text(peer.endpoint_address()) + " port " +
                                           std::to_string(peer.endpoint_port());
    lines.add({peer.active() ? "🔑" : "💤", "",
               "WireGuard " + outside_text(peer.interface()) + ": " + words::peer_name(peer) +
                   endpoint + handshake_words(peer, now)});
  }
}

}  // namespace

void add_summary(const v1::NodeSummary& node, WallTime now, Lines& lines) {
  lines.add(
      {mark_of(node), outside_text(node.name()), state_words(node, now) + ", " + on_words(node)});
}

void add_sessions(const client::NodeDetails& details, WallTime now, Lines& lines) {
  const std::string name = outside_text(details.node.name());
  if (details.sessions.rows().empty() || !is_connected(details.node)) {
    const std::string state =
        is_connected(details.node) ? "" : state_words(details.node, now) + ", ";
    return lines.add({mark_of(details.node), name, state + on_words(details.node)});
  }
  for (const auto& session : details.sessions.rows())
    lines.add({"👤", name, about_words(session, now)});
}

void add_details(const client::NodeDetails& details, WallTime now, Lines& lines) {
  add_summary(details.node, now, lines);
  for (const auto& session : details.sessions.rows())
    lines.add({"👤", "", about_words(session, now)});
  add_wireguard(details, now, lines);
  add_facts(details.node, now, lines);
  add_troubles(details.node, lines);
}

void add_commands(const client::NodeDetails& details, const Settings& settings, Lines& lines) {
  const std::string node = outside_text(details.node.name());
  if (!details.commands) return lines.add({"", node, "hasn't said what may be run there"});
  for (const auto& error : details.commands->errors()) lines.add({"🔴", node, outside_text(error)});
  int others = 0;
  for (const auto& command : details.commands->rows()) {
    if (!settings.may_run(command.label())) {
      ++others;
      continue;
    }
    const std::string parameters = words::parameter_words(command);
    const std::string about = outside_text(command.description());
    lines.add({"", node,
               outside_text(command.label()) + (parameters.empty() ? "" : " " + parameters) +
                   (about.empty() ? "" : " — " + about)});
  }
  if (others > 0) lines.add({"", node, std::to_string(others) + " more that this bot may not run"});
  if (details.commands->rows().empty() && details.commands->errors().empty())
    lines.add({"", node, "nothing may be run there"});
}

}  // namespace picket::telegram::bot
