// A run as a message: what runs where, how it goes or went, and the end of what it wrote. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "integrations/telegram/bot/core/kept_output.h"
#include "integrations/telegram/bot/core/pages.h"
#include "picket/v1/client_link.pb.h"

namespace picket::telegram::bot {

/// "uptime on web1", "uptime on 12 nodes", with its arguments; outside text made visible.
std::string what_words(const v1::Run& run, const std::vector<std::string>& nodes);

/// "exited 0 after 1.2 s", and what is missing of its output.
std::string ended_words(const v1::ExecutionEnded& ended);

struct RunHtml {
  std::string html;
  bool is_whole = true;  // all that there is to tell is in it
};

/// Of one node: `head`, and beneath it as much of the output's end as there is room for.
RunHtml run_html(const Line& head, const KeptOutput& output);

/// Nothing: it doesn't fit.
std::optional<std::string> output_html(const std::string& output, std::size_t units_max);

}  // namespace picket::telegram::bot
