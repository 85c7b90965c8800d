// Adds to a program what prints its man page and its shell completions: options that its help
// doesn't show, for whoever builds packages.
#pragma once

#include "common/cli_docs/man_page.h"

namespace CLI {
class App;
}

namespace picket::cli_docs {

/// `--print-man-page` and `--print-completion bash|zsh|fish`. They end the program as `--help`
/// does. `app` outlives its parsing; all else of it must have been added before.
void add_printing(CLI::App& app, ManPage about);

}  // namespace picket::cli_docs
