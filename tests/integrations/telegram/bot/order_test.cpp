#include "integrations/telegram/bot/core/order.h"

#include "integrations/telegram/bot/core/bot_limits.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot {

using Words = std::vector<std::string>;

TEST_CASE("an order is a verb, perhaps a bot's name, and words") {
  const auto plain = read_order("/Nodes");
  REQUIRE(plain);
  CHECK(plain->verb == "nodes");
  CHECK(plain->bot.empty());
  CHECK(plain->rest.empty());
  const auto whole = read_order("/run@picket_bot web1\nuptime");
  REQUIRE(whole);
  CHECK(whole->bot == "picket_bot");
  CHECK(*split_words(whole->rest) == Words{"web1", "uptime"});
  for (const char* none :
       {"", "nodes", "/", "/ nodes", "/@bot", "/run@", "/run.x", "/run@a-b", " /x"})
    CHECK_FALSE(read_order(none));
}

TEST_CASE("quotes keep blanks, and within double ones a backslash keeps what follows") {
  const auto words = split_words(R"(  a 'b c' d="e \"f\" \\" g='h\' '' )");
  REQUIRE(words);
  CHECK(*words == Words{"a", "b c", R"(d=e "f" \)", R"(g=h\)", ""});
  CHECK_FALSE(split_words("'a"));
  CHECK_FALSE(split_words("a=\"b\\\""));
  CHECK(split_words("")->empty());
}

TEST_CASE("so many words, and no more") {
  std::string text;
  for (std::size_t i = 0; i < kOrderWordsMax; ++i) text += "w ";
  CHECK(split_words(text)->size() == kOrderWordsMax);
  CHECK_FALSE(split_words(text + "w"));
}

TEST_CASE("names of bots are the same in any case") {
  CHECK(is_same_name("Picket_Bot", "picket_bot"));
  CHECK_FALSE(is_same_name("picket_bot", "picket_bot2"));
}

}  // namespace picket::telegram::bot
