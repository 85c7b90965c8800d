// picket watch [SELECTOR...]
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <memory>

#include "client/cli/commands/registry.h"
#include "client/cli/print.h"
#include "client/cli/watch_options.h"
#include "client/lib/json.h"
#include "common/text.h"

namespace picket::cli {
namespace {

// Notices that the reader of a pipe has gone, also while there is nothing to write.
class ReaderWatch {
 public:
  explicit ReaderWatch(Context& context) : descriptor_(context.io) {
    struct stat status{};
    if (fstat(context.out.descriptor(), &status) != 0) return;
    if (!S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode)) return;
    asio::error_code error;
    descriptor_.assign(dup(context.out.descriptor()), error);
    if (error) return;
    descriptor_.async_wait(asio::posix::descriptor_base::wait_error,
                           [this](const asio::error_code& failed) { gone_ = !failed; });
  }
  bool gone() const { return gone_; }

 private:
  asio::posix::stream_descriptor descriptor_;
  bool gone_ = false;
};

class Watcher {
 public:
  Watcher(Context& context, WatchOptions options)
      : context_(context), options_(std::move(options)) {}

  ExitCode run(const v1::Subscribe& order) {
    const ReaderWatch reader(context_);
    context_.hub.subscribe(subscription(order));
    while (!failure_ && !context_.out.ended() && !reader.gone() && context_.io.run_one() > 0) {
    }
    return failure_ ? report(context_, *failure_) : ExitCode::kDone;
  }

 private:
  client::Subscription subscription(const v1::Subscribe& order) {
    client::Subscription subscription;
    subscription.order = order;
    subscription.on_frame = [this](const v1::HubToClient& frame) { on_frame(frame); };
    subscription.on_lost = [this](const client::Failure&) { say("hub connection lost, waiting"); };
    subscription.on_node_missing = [this](const client::Failure& failure) {
      say("hub back, waiting for a node: " + escape_for_terminal(failure.text));
    };
    subscription.on_back = [this](uint64_t seq) {
      say(seq == 0 ? "hub back, continuing"
                   : "hub back, continuing after seq " + std::to_string(seq));
    };
    subscription.on_failure = [this](const client::Failure& failure) { failure_ = failure; };
    return subscription;
  }

  void on_frame(const v1::HubToClient& frame) {
    if (frame.has_update() && !is_wanted(frame.update(), options_)) return;
    if (context_.json) {
      context_.out.write(client::to_json(frame) + "\n");
    } else if (frame.has_update()) {
      context_.out.write(to_line(frame.update(), context_.clock.wall(), context_.screen));
    } else if (frame.has_missed()) {
      context_.out.write(to_line(frame.missed()));
    }
    if (frame.has_storing()) {
      say(frame.storing().storing() ? "the hub stores updates again"
                                    : "the hub can't store updates: see its log");
    }
  }

  void say(const std::string& text) { context_.err.write("picket: " + text + "\n"); }

  Context& context_;
  WatchOptions options_;
  std::optional<client::Failure> failure_;
};

ExitCode watch(Context& context, const WatchOptions& options) {
  const auto order = subscription_for(options);
  if (!order) return report_usage(context, order.error());
  return Watcher(context, options).run(*order);
}

}  // namespace

Run set_up_watch(CLI::App& app) {
  const auto options = std::make_shared<WatchOptions>();
  app.add_option("selectors", options->selectors,
                 "Names, globs over names, addresses; by default all, and the hub")
      ->type_name("SELECTOR");
  app.add_option("--kind", options->kinds,
                 "Only these kinds, as session.opened or 'session.*'; may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app.add_option("--since", options->since,
                 "Begin with what came after this seq, or in this last time (30m)")
      ->type_name("SEQ|DURATION");
  app.add_flag("--changes", options->changes,
               "Also a line for every change of a stored value (sessions.changed)");
  return [options](Context& context) { return watch(context, *options); };
}

}  // namespace picket::cli
