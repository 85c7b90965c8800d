#include "client/cli/command.h"

#include <algorithm>
#include <memory>

#include "client/lib/json.h"
#include "common/text.h"

namespace picket::cli {

std::optional<client::Failure> ask(Context& context, const v1::ClientToHub& request,
                                   std::function<void(const v1::HubToClient& item)> on_item) {
  struct Outcome {
    bool finished = false;
    std::optional<client::Failure> failure;
  };
  const auto outcome = std::make_shared<Outcome>();
  client::Reply reply;
  reply.on_item = std::move(on_item);
  reply.on_end = [outcome] { outcome->finished = true; };
  reply.on_failure = [outcome](const client::Failure& failure) { *outcome = {true, failure}; };
  context.io.restart();  // after an earlier request it may have run out of work
  context.hub.request(request, std::move(reply));
  while (!outcome->finished && context.io.run_one() > 0) {
  }
  return outcome->failure;
}

ExitCode change(Context& context, const v1::ClientToHub& request, const std::string& done) {
  const auto failure = ask(context, request, [](const v1::HubToClient&) {});
  if (failure) return report(context, *failure);
  context.out.write((context.json ? client::to_json(request) : escape_for_terminal(done)) + "\n");
  return ExitCode::kDone;
}

ExitCode exit_code_of(client::Failure::Kind kind) {
  switch (kind) {
    case client::Failure::Kind::kUnreachable: return ExitCode::kHubUnreachable;
    case client::Failure::Kind::kNotPermitted: return ExitCode::kNotPermitted;
    case client::Failure::Kind::kNoSuchNode: return ExitCode::kNoSuchNode;
    case client::Failure::Kind::kRefused:
    case client::Failure::Kind::kProtocol: return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

ExitCode report(Context& context, const client::Failure& failure) {
  context.err.write("picket: " + escape_for_terminal(failure.text) + "\n");
  return exit_code_of(failure.kind);
}

ExitCode report_usage(Context& context, std::string_view what) {
  context.err.write("picket: " + escape_for_terminal(what) + "\n");
  return ExitCode::kUsage;
}

bool is_choice(const std::vector<std::string>& selectors) {
  return !selectors.empty() && std::ranges::find(selectors, "@all") == selectors.end();
}

void report_no_match(Context& context, const std::vector<std::string>& selectors) {
  std::string words;
  for (const std::string& selector : selectors) words += (words.empty() ? "" : " or ") + selector;
  context.err.write("picket: no node matches " + escape_for_terminal(words) + "\n");
}

}  // namespace picket::cli
