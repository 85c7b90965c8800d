// What the services behind the bridges answer, which may be anything; and what anybody writes to a
// bot. A first line says the status and its headers, as "429 Retry-After=7
// X-RateLimit-Remaining=0"; the rest is the body.
#include <string>
#include <vector>

#include "common/text.h"
#include "integrations/discord/answer.h"
#include "integrations/telegram/answer.h"
#include "integrations/telegram/bot/core/order.h"
#include "integrations/telegram/html_text.h"
#include "integrations/telegram/read_objects.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"

namespace picket::fuzz {
namespace {

constexpr std::string_view kSecret = "canary-token";

http::Response response_of(Input& input) {
  http::Response response;
  const std::string_view head = input.until('\n');
  Input line(reinterpret_cast<const uint8_t*>(head.data()), head.size());
  for (const char c : line.until(' '))
    if (c >= '0' && c <= '9' && response.status < 100)
      response.status = 10 * response.status + c - '0';
  while (!line.empty()) {
    const std::string name(line.until('='));
    response.headers[name] = std::string(line.until(' '));
  }
  response.body = input.rest();
  return response;
}

void check_words(const std::string& why) {
  expect_safe_for_terminal(why);
  expect(why.find(kSecret) == std::string::npos, "a secret is told to nobody");
}

/// What is shown of it, without its markup.
std::string shown_of(const std::string& html) {
  std::string text;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      at = html.find('>', at);
      expect(at != std::string::npos, "a tag ends");
      ++at;
    } else if (html[at] == '&') {
      const std::size_t end = html.find(';', at);
      expect(end != std::string::npos, "an entity ends");
      const std::string entity = html.substr(at + 1, end - at - 1);
      text += entity == "lt" ? '<' : entity == "gt" ? '>' : entity == "amp" ? '&' : '"';
      at = end + 1;
    } else {
      text += html[at++];
    }
  }
  return text;
}

void check_text(const std::string& text) {
  const std::string visible = telegram::keep_visible(escape_for_terminal(text));
  expect(shown_of(telegram::to_html(visible)) == visible, "a text is shown as it is");
  expect(shown_of(telegram::to_strong_html(visible)) == visible, "a name is shown as it is");
}

void check_message(const telegram::ChatMessage& message) {
  const auto order = telegram::bot::read_order(message.text);
  if (!order) return;
  check_text(order->verb);
  if (const auto words = telegram::bot::split_words(order->rest))
    for (const auto& word : *words) check_text(word);
}

void check_telegram(const http::Response& response) {
  const auto answer = telegram::read_answer(response, kSecret);
  if (!answer) {
    check_words(answer.failure().why);
    expect(answer.failure().retry_after >= Milliseconds(0), "nobody waits for the past");
    expect(answer.failure().retry_after <= http::kWaitMax, "nobody waits for ever");
    return;
  }
  (void)telegram::read_user(*answer);
  if (const auto message = telegram::read_message(*answer)) check_message(*message);
  for (const auto& update : telegram::read_updates(*answer)) {
    expect(update.id + 1 > update.id, "the next update has a number");
    if (update.message) check_message(*update.message);
  }
}

void check_discord(const http::Response& response) {
  const delivery::Outcome outcome = discord::outcome_of(response, {kSecret});
  check_words(outcome.why);
  for (const Milliseconds pause : {outcome.retry_after, discord::pause_of(response)}) {
    expect(pause >= Milliseconds(0), "nobody waits for the past");
    expect(pause <= http::kWaitMax, "nobody waits for ever");
  }
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  Input input(data, size);
  const auto response = response_of(input);
  check_telegram(response);
  check_discord(response);
  check_text(response.body);
  return 0;
}
