// A run as a message: what runs where, how it goes or went, and the end of what it wrote. Pure.
#pragma once

#include <string>

#include "integrations/telegram/bot/core/kept_output.h"
#include "integrations/telegram/bot/core/pages.h"
#include "picket/v1/client_link.pb.h"

namespace picket::telegram::bot {

/// "uptime on web1", with its arguments; outside text made visible.
std::string what_words(const v1::Run& run);

/// "exited 0 after 1.2 s", and what is missing of its output.
Line end_line(const v1::Run& run, const v1::ExecutionEnded& ended);

struct RunHtml {
  std::string html;
  bool is_whole = true;  // all that was written is in it
};
/// `head`, and beneath it as much of the output's end as there is room for.
RunHtml run_html(const Line& head, const KeptOutput& output);

}  // namespace picket::telegram::bot
