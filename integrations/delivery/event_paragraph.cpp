#include "integrations/delivery/event_paragraph.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "client/words/update_words.h"
#include "client/words/words.h"
#include "common/text.h"

namespace picket::delivery {
namespace {

constexpr std::array<std::string_view, 8> kGood = {
    "collector.recovered", "login.opened", "node.clock_right", "node.connected",
    "session.opened",      "ssh.accepted", "su.opened",        "wg.peer_active"};
constexpr std::array<std::string_view, 5> kAlarm = {"auth.forgery_attempt", "collector.failed",
                                                    "node.disconnected", "node.identity_conflict",
                                                    "node.refused"};
constexpr std::array<std::string_view, 7> kWarning = {
    "hub.started",          "log.gap",      "node.booted",    "node.clock_wrong",
    "node.reboot_required", "node.revoked", "account.changed"};

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& kinds, const std::string& kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

Mark mark_of(const std::string& kind) {
  if (is_in(kGood, kind)) return Mark::kGood;
  if (is_in(kAlarm, kind) || kind.ends_with(".failed")) return Mark::kAlarm;
  if (is_in(kWarning, kind)) return Mark::kWarning;
  return Mark::kPlain;
}

void add(Paragraph& paragraph, std::string name, std::string value) {
  if (!value.empty()) paragraph.fields.emplace_back(std::move(name), std::move(value));
}

void add_auth(Paragraph& paragraph, const v1::AuthEvent& auth) {
  add(paragraph, "user", words::outside_text(auth.user(), auth.user_raw()));
  add(paragraph, "target", words::outside_text(auth.target_user(), auth.target_user_raw()));
  add(paragraph, "from",
      words::outside_text(auth.source_address().empty() ? auth.source_host()
                                                        : auth.source_address()) +
          words::behind_words(auth.behind()));
  add(paragraph, "method", words::outside_text(auth.method()));
  add(paragraph, "key of", words::outside_text(auth.key_name()));
  if (auth.pid() != 0) add(paragraph, "pid", std::to_string(auth.pid()));
}

// Of su there is nothing else by which its begin and its end are seen to be of one.
std::string pid_words(const v1::Event& event) {
  const bool is_su = event.kind().starts_with("su.") && event.auth().pid() != 0;
  return is_su ? ", pid " + std::to_string(event.auth().pid()) : std::string();
}

}  // namespace

Paragraph paragraph_of(const v1::Update& update, const Facts& facts) {
  const std::string pid = pid_words(update.event());
  Paragraph paragraph{
      .mark = mark_of(facts.kind),
      .node = escape_for_terminal(facts.node),
      .text = truncate_to_width(words::update_words(update), kParagraphCharactersMax - pid.size()) +
              pid,
      .at = facts.at,
      .fields = {}};
  if (update.event().has_auth()) add_auth(paragraph, update.event().auth());
  return paragraph;
}

}  // namespace picket::delivery
