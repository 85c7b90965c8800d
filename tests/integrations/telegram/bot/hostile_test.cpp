// Hostile texts through the bot's messages to a Bot API: each arrives as exactly that text, and
// nothing of it becomes a link, a button or markup.
#include <optional>

#include "client/words/words.h"
#include "common/unicode.h"
#include "integrations/telegram/bot/core/fleet_words.h"
#include "integrations/telegram/bot/core/pages.h"
#include "integrations/telegram/bot/core/run_words.h"
#include "integrations/telegram/html_text.h"
#include "tests/integrations/telegram/far_rig.h"
#include "tests/support/hostile_text.h"

namespace picket::telegram::bot {
namespace {

constexpr std::size_t kLinesAtOnce = 8;

/// Those that fit into a line with others beside them.
std::vector<std::string> short_texts() {
  std::vector<std::string> texts;
  for (const auto& text : picket::test::hostile_texts())
    if (unicode::utf16_units(keep_visible(words::outside_text(text))) < 120) texts.push_back(text);
  return texts;
}

/// A Bot API that takes any number of messages: 30 a second are what one does.
class FarSides {
 public:
  nlohmann::json arrived(const std::string& html) {
    if (sent_++ % kMessagesOfOne == 0) rig_.emplace();
    const auto sent = rig_->wait<Answer<ChatMessage>>([&](auto done) {
      rig_->api.send_message({kChatId, {}, {}, false}, html, {}, std::move(done));
    });
    INFO(html);
    if (!sent) INFO(sent.failure().why);
    REQUIRE(sent);
    return rig_->server.accepted().back();
  }

 private:
  static constexpr int kMessagesOfOne = 20;
  std::optional<FarRig> rig_;
  int sent_ = 0;
};

void check_shown(const nlohmann::json& message, const std::string& text) {
  INFO(text);
  CHECK(message["text"].get<std::string>().find(keep_visible(words::outside_text(text))) !=
        std::string::npos);
  CHECK(message["found"].empty());
}

}  // namespace

TEST_CASE("hostile texts in an answer's lines arrive as they are") {
  FarSides far;
  const auto texts = short_texts();
  CHECK(texts.size() > 150);
  for (std::size_t begin = 0; begin < texts.size(); begin += kLinesAtOnce) {
    std::vector<Line> lines;
    for (std::size_t i = begin; i < std::min(begin + kLinesAtOnce, texts.size()); ++i) {
      const std::string shown = words::outside_text(texts[i]);
      lines.push_back({"✅", shown, "before " + shown + " and behind"});
    }
    const auto pages = pages_of(lines);
    REQUIRE(pages.size() == 1);
    const auto message = far.arrived(pages[0]);
    for (std::size_t i = 0; i < lines.size(); ++i) check_shown(message, texts[begin + i]);
  }
}

TEST_CASE("hostile texts in a run's arguments and output arrive as they are") {
  FarSides far;
  const auto texts = short_texts();
  for (std::size_t begin = 0; begin < texts.size(); begin += kLinesAtOnce) {
    v1::Run run;
    run.set_label("uptime");
    run.add_arguments()->set_name("a");
    run.mutable_arguments(0)->set_value(texts[begin]);
    KeptOutput output;
    for (std::size_t i = begin; i < std::min(begin + kLinesAtOnce, texts.size()); ++i)
      if (texts[i].find_first_of("\t\n\r") == std::string::npos)
        output.add("| " + texts[i] + " |\n");
    const RunHtml html = run_html({"⏳", "", what_words(run, {"web1"}) + ": running"}, output);
    CHECK(html.is_whole);
    const auto message = far.arrived(html.html);
    check_shown(message, texts[begin]);
    for (std::size_t i = begin; i < std::min(begin + kLinesAtOnce, texts.size()); ++i)
      if (texts[i].find_first_of("\t\n\r") == std::string::npos)
        check_shown(message, "| " + texts[i] + " |");
  }
}

TEST_CASE("hostile texts in a fleet's ends and output arrive as they are") {
  FarSides far;
  const auto texts = short_texts();
  constexpr std::size_t kAtOnce = 4;
  for (std::size_t begin = 0; begin < texts.size(); begin += kAtOnce) {
    const std::size_t end = std::min(begin + kAtOnce, texts.size());
    Progress progress({"web1", "web2", "web3", "web4"});
    for (std::size_t i = begin; i < end; ++i) {
      v1::ExecutionOutput output;
      output.set_data("| " + texts[i] + " |\n");
      progress.on_asked(i - begin);
      progress.on_output(i - begin, output);
      v1::ExecutionEnded ended;
      ended.mutable_end()->set_kind(v1::ExecutionEnd::KIND_REFUSED);
      ended.mutable_end()->set_reason(texts[i]);
      progress.on_ended(i - begin, ended);
    }
    const RunHtml html = fleet_html({"❌", "", "it failed"}, progress, true);
    CHECK(html.is_whole);
    const auto message = far.arrived(html.html);
    for (std::size_t i = begin; i < end; ++i) {
      check_shown(message, texts[i]);
      if (texts[i].find_first_of("\t\n\r") == std::string::npos)
        check_shown(message, "| " + texts[i] + " |");
    }
    std::istringstream file(fleet_text({"❌", "", "it failed"}, progress));
    for (std::string line; std::getline(file, line);)
      CHECK((line == "it failed" || line.starts_with("web")));
  }
}

}  // namespace picket::telegram::bot
