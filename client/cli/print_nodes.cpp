// Nodes: the list, and one with everything about it.
#include <cstdint>

#include "client/cli/cells.h"
#include "client/cli/print.h"
#include "client/cli/print_wireguard.h"
#include "client/lib/time_text.h"
#include "client/words/auth_words.h"
#include "client/words/wireguard_words.h"
#include "client/words/words.h"
#include "common/text.h"

namespace picket::cli {
namespace {

// As the hub warns of it.
constexpr int64_t kClockWrongMs = 2000;

std::string ago(int64_t unix_ns, WallTime now) {
  return unix_ns == 0 ? "never" : client::relative_time(from_unix_ns(unix_ns), now);
}

std::string failed_words(const v1::CollectorSummary& collector) {
  if (collector.resource() == "sessions") return words::sessions_words(collector.health(), 0);
  if (collector.resource() == "auth_log") return words::auth_log_words(collector.health());
  if (collector.resource() == "wireguard") return words::wireguard_blind_words(collector.health());
  return words::blind_words(collector.health(), "see " + words::outside_text(collector.resource()));
}

std::string reboot_words(const v1::NodeFacts& facts) {
  const std::string reasons = words::list_words(facts.reboot_reasons());
  return reasons.empty() ? "required" : "required: " + reasons;
}

bool is_clock_wrong(const v1::NodeSummary& node) {
  return node.clock_offset_ms() > kClockWrongMs || node.clock_offset_ms() < -kClockWrongMs;
}

std::string trouble_line(const v1::NodeSummary& node, const std::string& words, Colour colour,
                         const Screen& screen) {
  return coloured(words::outside_text(node.name()) + ": " + words, colour, screen) + "\n";
}

// What is wrong with some of the nodes: the table has no room for it.
std::string print_troubles(std::span<const v1::NodeSummary> nodes, const Screen& screen) {
  std::string text;
  for (const auto& node : nodes) {
    for (const auto& collector : node.collectors()) {
      if (!collector.health().has_failed()) continue;
      text += trouble_line(node, failed_words(collector), Colour::kRed, screen);
    }
    if (node.state() != v1::NodeSummary::STATE_CONNECTED) continue;
    if (node.facts().reboot_required())
      text += trouble_line(node, "reboot " + reboot_words(node.facts()), Colour::kYellow, screen);
    if (is_clock_wrong(node))
      text += trouble_line(node, "its clock is " + words::clock_words(node.clock_offset_ms()),
                           Colour::kYellow, screen);
  }
  return text.empty() ? text : "\n" + text;
}

constexpr std::size_t kLabelWidth = 11;

// A name that is wider is cut; columns count, a character may have more bytes than one.
std::string label(std::string_view name) {
  const std::string text = truncate_to_width(name, kLabelWidth);
  return "  " + text + std::string(kLabelWidth + 1 - display_width(text), ' ');
}

std::string print_head(const v1::NodeSummary& node, WallTime now, const Screen& screen) {
  const Cell state = state_cell(node, now);
  std::string text = coloured(words::outside_text(node.name()), Colour::kBold, screen) + "  " +
                     coloured(state.text, state.colour, screen);
  if (node.state() == v1::NodeSummary::STATE_DISCONNECTED && !node.reason().empty()) {
    text += " (" + words::reason_words(node.reason()) + ")";
  }
  text += "\n";
  if (node.since_unix_ns() != 0) {
    text += label("since") + client::local_time(from_unix_ns(node.since_unix_ns())) + "\n";
  }
  if (!node.address().empty())
    text += label("address") + words::outside_text(node.address()) + "\n";
  if (node.last_update_unix_ns() != 0) {
    text += label("last update") + client::local_time(from_unix_ns(node.last_update_unix_ns())) +
            " (" + ago(node.last_update_unix_ns(), now) + ")\n";
  }
  return text;
}

// Whether a node that is gone is still up, nobody knows.
std::string up_words(const v1::NodeSummary& node, WallTime now) {
  const int64_t booted = node.facts().booted_unix_ns();
  if (node.state() != v1::NodeSummary::STATE_CONNECTED) return ago(booted, now);
  return "up " + client::rough_duration(client::time_between(from_unix_ns(booted), now));
}

Colour clock_colour(const v1::NodeSummary& node) {
  return is_clock_wrong(node) ? Colour::kYellow : Colour::kNone;
}

std::string print_facts(const v1::NodeSummary& node, WallTime now, const Screen& screen) {
  std::string text;
  if (node.has_facts()) {
    const auto& facts = node.facts();
    text += label("host") + words::outside_text(facts.host_name()) + ", " +
            words::outside_text(facts.os()) + ", kernel " + words::outside_text(facts.kernel()) +
            "\n";
    if (facts.booted_unix_ns() != 0) {
      text += label("booted") + client::local_time(from_unix_ns(facts.booted_unix_ns())) + " (" +
              up_words(node, now) + ")\n";
    }
    if (facts.reboot_required())
      text += label("reboot") + coloured(reboot_words(facts), Colour::kYellow, screen) + "\n";
    if (node.has_clock_offset_ms())
      text += label("clock") +
              coloured(words::clock_words(node.clock_offset_ms()), clock_colour(node), screen) +
              "\n";
    text += label("agent") + "picket-node " + words::outside_text(facts.agent_version()) + "\n";
  }
  if (node.certificate_expires_unix_ns() != 0) {
    const WallTime expires = from_unix_ns(node.certificate_expires_unix_ns());
    text += label("certificate") + "until " + client::local_time(expires) + " (" +
            client::relative_time(expires, now) + ")\n";
  }
  return text;
}

std::string idle_words(const v1::Session& session) {
  if (!session.has_idle_ms()) return "?";
  return client::rough_duration(Seconds(session.idle_ms() / 1000));
}

// A shared account by whose key was used.
std::string person_words(const v1::Session& session) {
  std::string user = words::outside_text(session.user(), session.user_raw());
  if (session.key_name().empty()) return user;
  return user + " (" + words::outside_text(session.key_name()) + ")";
}

std::string print_session_table(const v1::SessionRows& sessions, const Screen& screen) {
  Table table({"USER", "TTY", "FROM", "SINCE", "IDLE", "PID"}, 4);
  for (const auto& session : sessions.rows()) {
    table.add(
        {person_words(session), session.tty().empty() ? "-" : words::outside_text(session.tty()),
         words::origin_words(session),
         session.since_unix_ns() == 0 ? "?"
                                      : client::local_time(from_unix_ns(session.since_unix_ns())),
         idle_words(session),
         session.leader_pid() == 0 ? "?" : std::to_string(session.leader_pid())});
  }
  return table.print(screen);
}

std::string sources_words(const v1::CollectorHealth& health) {
  std::string words;
  for (const std::string& source : health.ok().sources()) {
    words += (words.empty() ? "" : ", ") + escape_for_terminal(source);
  }
  return words;
}

std::string print_sessions(const client::NodeDetails& details, WallTime now, const Screen& screen) {
  const auto* collector = words::sessions_of(details.node);
  if (collector == nullptr) {
    return label("sessions") + words::sessions_words(v1::CollectorHealth(), 0) + "\n";
  }
  const auto& health = collector->health();
  const std::string words = words::sessions_words(health, collector->rows());
  if (!health.has_ok()) {
    return label("sessions") +
           coloured(words, health.has_failed() ? Colour::kRed : Colour::kDim, screen) + "\n";
  }
  std::string text = label("sessions") + words + " (by " + sources_words(health) + "; " +
                     ago(collector->at_unix_ns(), now);
  if (details.node.state() != v1::NodeSummary::STATE_CONNECTED) text += ", before it disconnected";
  text += ")\n";
  if (details.sessions.rows_size() > 0) text += print_session_table(details.sessions, screen);
  return text;
}

std::string print_auth_log(const client::NodeDetails& details, const Screen& screen) {
  const auto* collector = words::collector_of(details.node, "auth_log");
  if (collector == nullptr) return {};  // an older node
  const auto& health = collector->health();
  const Colour colour = health.has_failed()                     ? Colour::kRed
                        : !health.has_ok()                      ? Colour::kDim
                        : health.ok().throttled_behind_ms() > 0 ? Colour::kYellow
                                                                : Colour::kNone;
  std::string text = label("auth log") + coloured(words::auth_log_words(health), colour, screen);
  if (health.has_ok() && details.auth_log && details.auth_log->lines() > 0)
    text += " (" + words::auth_log_counts(*details.auth_log) + ", position " +
            std::to_string(details.auth_log->offset()) + ")";
  return text + "\n";
}

std::string print_wireguard(const client::NodeDetails& details, WallTime now,
                            const Screen& screen) {
  const auto* collector = words::collector_of(details.node, "wireguard");
  if (collector == nullptr) return {};  // an older node
  return label("wireguard") + print_wireguard(details, *collector, now, screen);
}

// What may be run there; a bad file of root's allows nothing, and its administrator has to know.
std::string print_commands(const client::NodeDetails& details, const Screen& screen) {
  const auto* collector = words::collector_of(details.node, "commands");
  if (collector == nullptr) return {};  // an older node
  if (!collector->health().has_ok()) {
    return label("commands") +
           coloured(words::blind_words(collector->health(), "run any"), Colour::kRed, screen) +
           "\n";
  }
  if (!details.commands) return {};
  std::string text;
  for (const auto& error : details.commands->errors())
    text += label("commands") +
            coloured("none: " + words::outside_text(error), Colour::kRed, screen) + "\n";
  if (details.commands->rows().empty()) return text;
  std::string labels;
  for (const auto& command : details.commands->rows())
    labels += (labels.empty() ? "" : ", ") + words::outside_text(command.label());
  return text + label("commands") + labels + "\n";
}

// Collectors of a newer node: their health, by name.
std::string print_other_collectors(const v1::NodeSummary& node) {
  std::string text;
  for (const auto& collector : node.collectors()) {
    const std::string& resource = collector.resource();
    const bool is_shown = resource == "sessions" || resource == "auth_log" ||
                          resource == "wireguard" || resource == "commands" ||
                          (resource == "host" && !collector.health().has_failed());
    if (is_shown) continue;
    text += label(words::outside_text(collector.resource()));
    text += collector.health().has_failed()
                ? "failed: " + words::outside_text(collector.health().failed().reason())
                : "not known to this version of picket";
    text += "\n";
  }
  return text;
}

}  // namespace

std::string print_nodes(std::span<const v1::NodeSummary> nodes, WallTime now,
                        const Screen& screen) {
  if (nodes.empty())
    return "no nodes yet: `picket token create --name NAME` makes a token for one\n";
  Table table({"NODE", "STATE", "SESSIONS", "ADDRESS", "LAST UPDATE"});
  for (const auto& node : nodes) {
    table.add({words::outside_text(node.name()), state_cell(node, now), sessions_cell(node),
               words::outside_text(node.address()), ago(node.last_update_unix_ns(), now)});
  }
  return table.print(screen) + print_troubles(nodes, screen);
}

std::string print_node(const client::NodeDetails& details, WallTime now, const Screen& screen) {
  return print_head(details.node, now, screen) + print_facts(details.node, now, screen) +
         print_sessions(details, now, screen) + print_wireguard(details, now, screen) +
         print_auth_log(details, screen) + print_commands(details, screen) +
         print_other_collectors(details.node);
}

}  // namespace picket::cli
