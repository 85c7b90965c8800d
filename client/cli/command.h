// A verb of the terminal client: one file in commands/, one row in commands/registry.cpp.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/output.h"
#include "client/cli/screen.h"
#include "client/lib/failure.h"
#include "client/lib/hub_client.h"
#include "common/clock.h"

namespace CLI {
class App;
}

namespace picket::cli {

enum class ExitCode {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,  // or configuration
  kNoSuchNode = 3,
  kHubUnreachable = 4,
  kNotPermitted = 5,
};

/// What a verb works with.
struct Context {
  asio::io_context& io;
  client::HubClient& hub;
  const Clock& clock;
  Output& out;
  Output& err;
  Screen screen;
  bool json = false;
};

using Run = std::function<ExitCode(Context& context)>;

struct Command {
  std::string_view verb;
  std::string_view summary;
  std::string_view examples;
  /// Adds the verb's options and what follows it to `app`; what it returns does the work.
  Run (*set_up)(CLI::App& app);
};

/// Makes a request and runs the loop until it has been answered; nothing if all went well.
std::optional<client::Failure> ask(Context& context, const v1::ClientToHub& request,
                                   std::function<void(const v1::HubToClient& item)> on_item);

/// Makes a request that is only done or refused; says `done`, or as JSON what was done.
ExitCode change(Context& context, const v1::ClientToHub& request, const std::string& done);

/// Says on stderr what failed.
ExitCode report(Context& context, const client::Failure& failure);

/// Says on stderr what was wrong with the command line.
ExitCode report_usage(Context& context, std::string_view what);

/// Whether these selectors mean some nodes, not all of them.
bool is_choice(const std::vector<std::string>& selectors);

/// Says on stderr that these selectors, globs then, match nothing; not a failure.
void report_no_match(Context& context, const std::vector<std::string>& selectors);

ExitCode exit_code_of(client::Failure::Kind kind);

}  // namespace picket::cli
