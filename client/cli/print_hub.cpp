// What the hub says of itself: its status and its tokens.
#include "client/cli/print.h"
#include "client/cli/table.h"
#include "client/lib/time_text.h"
#include "client/words/words.h"
#include "common/protocol.h"
#include "common/text.h"
#include "common/units.h"

namespace picket::cli {
namespace {

std::string label(std::string_view name) {
  std::string text(name);
  text.append(13 - text.size(), ' ');
  return text;
}

std::string journal_words(const v1::Status& status, const Screen& screen) {
  std::string words = "seq " + std::to_string(status.seq());
  if (status.oldest_seq() == 0) {
    words += ", none kept";
  } else {
    words += ", kept since " + std::to_string(status.oldest_seq()) + ": " +
             std::to_string(status.kept_updates()) + " (" +
             print_size_rounded(status.kept_bytes()) + ")";
  }
  if (status.storing()) return words;
  std::string trouble = "NOT STORING";
  if (!status.not_storing_reason().empty())
    trouble += ": " + words::outside_text(status.not_storing_reason());
  return words + ", " + coloured(trouble, Colour::kRed, screen);
}

/// What a person must mend, before all else; the hub goes on meanwhile, so the exit status is 0.
std::string degraded(const v1::Status& status, const Screen& screen) {
  std::string text;
  const auto add = [&](std::string_view what, const std::string& why) {
    const std::string trouble = std::string(what) + words::outside_text(why);
    if (!why.empty()) text += label("DEGRADED") + coloured(trouble, Colour::kRed, screen) + "\n";
  };
  add("the old configuration stays in force: ", status.config_error());
  add("nothing is changed or run, since the audit log can't be written: ", status.audit_error());
  return text;
}

std::string print_closed_links(const v1::Status& status, WallTime now, const Screen& screen) {
  if (status.closed_links().empty()) return {};
  Table table({"CLOSED", "LINK", "ADDRESS", "REASON"});
  for (const auto& link : status.closed_links()) {
    std::string reason = words::reason_words(link.reason());
    if (!link.detail().empty()) reason += ": " + words::outside_text(link.detail());
    const std::string who = link.peer().empty() ? "" : " " + words::outside_text(link.peer());
    table.add({client::relative_time(from_unix_ns(link.at_unix_ns()), now),
               words::outside_text(link.kind()) + who, words::outside_text(link.address()),
               reason});
  }
  return "\n" + table.print(screen);
}

std::string closed_counts(const v1::Status& status) {
  std::string words;
  for (const auto& count : status.closed_by_reason()) {
    words += (words.empty() ? "" : ", ") + std::to_string(count.count()) + " " +
             words::reason_words(count.reason());
  }
  return words.empty() ? "none" : words;
}

Cell token_state_cell(const v1::Token& token) {
  switch (token.state()) {
    case v1::Token::STATE_VALID: return {"valid", Colour::kGreen};
    case v1::Token::STATE_USED: return {"used"};
    case v1::Token::STATE_EXPIRED: return {"expired", Colour::kDim};
    case v1::Token::STATE_REVOKED: return {"revoked", Colour::kRed};
    default: return {"unknown", Colour::kDim};  // of a newer hub
  }
}

// A line that a shell skips.
std::string validity_comment(const v1::Token& token, WallTime now) {
  const WallTime expires = from_unix_ns(token.expires_unix_ns());
  return "# " + words::outside_text(token.node()) + ": for one join until " +
         client::local_time(expires) + " (" + client::relative_time(expires, now) + "); ";
}

}  // namespace

std::string print_status(const v1::Status& status, const Screen& screen) {
  const WallTime now = from_unix_ns(status.now_unix_ns());
  const WallTime started = from_unix_ns(status.started_unix_ns());
  std::string text = degraded(status, screen);
  text += label("hub") + "picket-hub " + words::outside_text(status.peer().version()) + ", id " +
          words::outside_text(status.hub_id()) + "\n";
  text += label("started") + client::local_time(started) + " (" +
          client::relative_time(started, now) + ")\n";
  for (const std::string& address : status.listen()) {
    text += label("listens on") + words::outside_text(address) + "\n";
  }
  text += label("nodes") + std::to_string(status.nodes()) + ", " +
          std::to_string(status.nodes_connected()) + " connected\n";
  text += label("clients") + std::to_string(status.clients()) + ", " +
          std::to_string(status.subscriptions()) + " watching\n";
  text += label("updates") + journal_words(status, screen) + "\n";
  if (status.ca_expires_unix_ns() != 0) {
    text += label("CA") + "until " + client::local_time(from_unix_ns(status.ca_expires_unix_ns())) +
            "\n";
  }
  text += label("closed links") + closed_counts(status) + "\n";
  return text + print_closed_links(status, now, screen);
}

std::string print_new_tokens(std::span<const v1::Token> tokens, WallTime now) {
  std::string text;
  for (const auto& token : tokens) {
    text += validity_comment(token, now) + "run there, as root:\n";
    text += "picket-node join " + words::outside_text(token.token()) + "\n";
  }
  return text;
}

// The node's shell knows its own architecture; the hub's may be another.
std::string print_installs(std::span<const v1::Token> tokens, WallTime now) {
  const std::string package = "./picket-node_" + std::string(protocol::kProgramVersion) +
                              "_$(dpkg --print-architecture).deb";
  std::string text;
  for (const auto& token : tokens) {
    text += validity_comment(token, now) + "run there, beside the package:\n";
    text += "sudo apt install " + package + " && sudo picket-node join " +
            words::outside_text(token.token()) + " && sudo systemctl enable --now picket-node\n";
  }
  return text;
}

std::string print_tokens(std::span<const v1::Token> tokens, WallTime now, const Screen& screen) {
  if (tokens.empty()) return "no tokens\n";
  Table table({"ID", "NODE", "STATE", "EXPIRES", "CREATED", "BY", ""});
  for (const auto& token : tokens) {
    table.add({words::outside_text(token.id()), words::outside_text(token.node()),
               token_state_cell(token),
               client::relative_time(from_unix_ns(token.expires_unix_ns()), now),
               client::relative_time(from_unix_ns(token.created_unix_ns()), now),
               words::outside_text(token.created_by()), token.replace() ? "replaces" : ""});
  }
  return table.print(screen);
}

}  // namespace picket::cli
