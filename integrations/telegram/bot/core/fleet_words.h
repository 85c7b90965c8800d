// A run on several nodes as one message, and as a file for what has no room there. Pure.
#pragma once

#include <string>
#include <vector>

#include "integrations/telegram/bot/core/progress.h"
#include "integrations/telegram/bot/core/run_words.h"

namespace picket::telegram::bot {

/// "web1, web2, web3 and 12 more"; all of them while they are few.
std::string nodes_words(const std::vector<std::string>& names);

/// "2 running, 6 ok, 1 failed, 0 lost, 3 waiting"
std::string counts_words(const Counts& counts);

/// `head` and a line for each that didn't go well, as many as there is room for; with
/// `with_output`, what they wrote too, if that is little.
RunHtml fleet_html(const Line& head, const Progress& progress, bool with_output);

/// All of it. Each line of output has its node before it, so none of them can pass for another's.
std::string fleet_text(const Line& head, const Progress& progress);

}  // namespace picket::telegram::bot
