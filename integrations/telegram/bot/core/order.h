// A message as an order: "/run@bot web1 greet name='two words'". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace picket::telegram::bot {

struct Order {
  std::string verb;  // in lower case, without "/"
  std::string bot;   // whom it is addressed to, as written; empty: nobody by name
  std::string rest;  // what follows, for split_words()
};

/// Nothing: it is none.
std::optional<Order> read_order(std::string_view text);

/// Words between blanks. '…' and "…" keep blanks, also within a word; within "…" a backslash takes
/// the next character as it is. The error is a sentence for a person.
Result<std::vector<std::string>> split_words(std::string_view text);

/// What a log may hold of it: the values of a command's parameters may be secrets, and are left
/// out.
std::string order_for_log(std::string_view verb, const std::vector<std::string>& words);

/// Whether two names of bots are the same, whatever their case.
bool is_same_name(std::string_view left, std::string_view right);

}  // namespace picket::telegram::bot
