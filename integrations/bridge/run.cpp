#include "integrations/bridge/run.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

#include "common/daemon.h"
#include "common/files.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/protocol.h"
#include "common/random_id.h"
#include "common/system_clock.h"
#include "common/systemd_notify.h"
#include "common/text.h"
#include "integrations/bridge/bridge.h"
#include "integrations/bridge/channel_mutes.h"

namespace picket::bridge {
namespace {

// A frame is JSON of at most so many bytes: each of its own may be six, "\u0000".
constexpr std::size_t kLineBytesMax = 6 * limits::kFrameBytesMax;
constexpr std::size_t kJobsMax = 64;  // for the disk: one of each channel at a time

void on_task_failed(std::string_view task, std::string_view what) {
  log::error("task failed", {{"task", task}, {"what", what}});
}

void use_zone(const std::string& zone) {
  if (zone.empty()) return;
  ::setenv("TZ", zone.c_str(), 1);
  ::tzset();
}

int fail(const Program& program, const std::string& why, int status = 1) {
  std::fprintf(stderr, "%s: %s\n", program.name.c_str(), escape_for_terminal(why).c_str());
  return status;
}

// Nobody reads the terminal of a service: `systemctl status` says it too.
int fail_to_start(const Program& program, const std::string& why, int status = 1) {
  notify_systemd("STATUS=" + escape_for_terminal(why));
  return fail(program, why, status);
}

/// Prints each message, and accepts it.
class Printer final : public delivery::Sender {
 public:
  Printer(std::string name, Deadlines& deadlines, const Clock& clock)
      : name_(std::move(name)), deadlines_(deadlines), clock_(clock) {}

  void send(const delivery::Message& message,
            std::function<void(delivery::Outcome outcome)> done) override {
    std::printf("to %s:\n", name_.c_str());
    for (const auto& paragraph : message.paragraphs)
      std::printf("  %s%s%s\n", paragraph.node.c_str(), paragraph.node.empty() ? "" : ": ",
                  paragraph.text.c_str());
    if (!message.footer.empty()) std::printf("  (%s)\n", message.footer.c_str());
    std::fflush(stdout);
    deadlines_.at(clock_.steady(), [done = std::move(done)] { done({}); });
  }

 private:
  std::string name_;
  Deadlines& deadlines_;
  const Clock& clock_;
};

/// A running program and its channels, in the order in which they come and, backwards, go.
class Running {
 public:
  explicit Running(const Program& program)
      : program_(program), daemon_(on_task_failed), worker_(daemon_.io().get_executor(), kJobsMax) {
    use_zone(program.common.time_zone);
    daemon_.drive(deadlines_);
  }
  ~Running() {
    companion_.reset();
    bridges_.clear();
    channels_.clear();
    program_.release();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// Whom to tell; the error says what is not set up.
  Result<std::vector<Channel>> make_channels() {
    return program_.make_channels(daemon_.io().get_executor());
  }

  Status start(std::vector<Channel> channels, bool dry) {
    if (!dry) {
      auto lock = lock_folder(program_.common.state_folder, program_.name);
      if (!lock) return Error{lock.error()};
      lock_ = *std::move(lock);
    }
    channels_ = std::move(channels);
    for (Channel& channel : channels_)
      if (auto started = start(channel, dry); !started) return started;
    if (!dry && program_.make_companion) start_companion();
    daemon_.on_stop([this] {
      for (const auto& bridge : bridges_) bridge->stop(daemon_.tasks());
      if (companion_) companion_->stop();
    });
    daemon_.on_status([this] { return status(); });
    return {};
  }

  /// The exit status.
  int run() {
    daemon_.run();
    worker_.finish();
    daemon_.run_ready();
    return has_given_up_ ? 1 : 0;
  }

 private:
  Status start(Channel& channel, bool dry) {
    v1::BridgeState state;
    std::string path = "/dev/null";
    if (dry) {
      channel.sender = std::make_unique<Printer>(channel.name, deadlines_, clock_);
    } else {
      path = program_.common.state_folder + "/place-" + channel.name;
      auto loaded = load_place(path);
      if (!loaded) return Error{loaded.error()};
      state = *std::move(loaded);
    }
    bridges_.push_back(std::make_unique<Bridge>(
        BridgeParts{daemon_.io().get_executor(), clock_, deadlines_, worker_, hub_settings(),
                    [this](const std::string& why) { give_up(why); }},
        FarSide{channel.name, dry ? std::string() : path, *channel.sender, channel.interval,
                channel.rules},
        std::move(state)));
    bridges_.back()->start();
    return {};
  }

  void give_up(const std::string& why) {
    log::error("ended, to begin anew", {{"why", why}});
    has_given_up_ = true;
    daemon_.stop();
  }

  void start_companion() {
    ChannelMutes mutes;
    mutes.mute = [this](const std::string& name, const delivery::MuteOrder& order, auto saved) {
      return mute(bridges_of(name), order, std::move(saved));
    };
    mutes.list = [this](const std::string& name) { return mutes_of(bridges_of(name)); };
    companion_ =
        program_.make_companion({daemon_.io().get_executor(), clock_, deadlines_, hub_settings(),
                                 std::move(mutes), worker_, program_.common.state_folder});
    if (companion_) companion_->start();
  }

  std::vector<Bridge*> bridges_of(const std::string& name) const {
    std::vector<Bridge*> its;
    for (std::size_t i = 0; i < bridges_.size(); ++i) {
      if (channels_[i].name == name || channels_[i].name.starts_with(name + "."))
        its.push_back(bridges_[i].get());
    }
    return its;
  }

  client::HubClientSettings hub_settings() const {
    client::HubClientSettings hub{.socket = program_.common.socket,
                                  .program = program_.name,
                                  .random = random_number,
                                  .link = {}};
    hub.wait_for_hub = true;
    return hub;
  }

  std::string status() const {
    std::string words;
    for (std::size_t i = 0; i < bridges_.size(); ++i)
      words += (i == 0 ? "" : "; ") + channels_[i].name + ": " + bridges_[i]->status();
    if (companion_) words += (words.empty() ? "" : "; ") + companion_->status();
    return words;
  }

  const Program& program_;
  SystemClock clock_;
  Deadlines deadlines_;
  Daemon daemon_;
  Worker worker_;
  UniqueFd lock_;
  std::vector<Channel> channels_;
  std::vector<std::unique_ptr<Bridge>> bridges_;
  std::unique_ptr<Companion> companion_;
  bool has_given_up_ = false;
};

int run(const Program& program, bool dry) {
  log::set_up(program.common.log_level);
  Running running(program);
  auto channels = running.make_channels();
  if (!channels) return fail_to_start(program, channels.error(), config::kExitNotSetUp);
  if (auto started = running.start(*std::move(channels), dry); !started)
    return fail_to_start(program, started.error());
  return running.run();
}

delivery::Message test_message(const Program& program, WallTime now) {
  delivery::Message message;
  message.paragraphs.push_back(
      {.mark = delivery::Mark::kGood,
       .node = {},
       .text = "a test of " + program.name + " " + std::string(protocol::kProgramVersion),
       .at = now,
       .fields = {}});
  return message;
}

/// A line; of one that is longer than an update can be, as much as shows that it is none.
bool get_line(std::istream& lines, std::string& line) {
  line.clear();
  for (char c = 0; lines.get(c) && c != '\n';)
    if (line.size() < kLineBytesMax) line += c;
  return !lines.fail() || !line.empty();
}

void explain(const Program& program, const delivery::Facts& facts) {
  std::printf("%s on %s:\n", escape_for_terminal(facts.kind).c_str(),
              facts.node.empty() ? "the hub" : escape_for_terminal(facts.node).c_str());
  if (program.own_rules.empty())
    std::fputs(delivery::explain(program.common.rules, facts).c_str(), stdout);
  for (const auto& [name, rules] : program.own_rules)
    std::printf("to %s:\n%s", name.c_str(), delivery::explain(rules, facts).c_str());
}

/// Whether it was accepted.
bool say_outcome(const std::string& channel, const delivery::Outcome& outcome) {
  const bool accepted = outcome.kind == delivery::Outcome::Kind::kAccepted;
  const bool later = outcome.kind == delivery::Outcome::Kind::kLater;
  std::printf("%s: %s%s\n", channel.c_str(),
              accepted ? "accepted" : (later ? "not now: " : "refused: "),
              accepted ? "" : escape_for_terminal(outcome.why).c_str());
  return accepted;
}

}  // namespace

int run(const Program& program) { return run(program, false); }

int dry_run(const Program& program) { return run(program, true); }

int test(const Program& program) {
  use_zone(program.common.time_zone);
  const SystemClock clock;
  asio::io_context io;
  auto channels = program.make_channels(io.get_executor());
  if (!channels) return fail(program, channels.error(), config::kExitNotSetUp);
  if (channels->empty() && !program.try_companion)
    return fail(program, "there is nobody to tell, so nothing to test");
  int status = 0;
  for (const Channel& channel : *channels) {
    channel.sender->send(test_message(program, clock.wall()),
                         [&](const delivery::Outcome& outcome) {
                           if (!say_outcome(channel.name, outcome)) status = 1;
                         });
  }
  if (program.try_companion)
    program.try_companion([&](const Result<std::string>& said) {
      std::printf("%s\n", escape_for_terminal(said ? *said : said.error()).c_str());
      if (!said) status = 1;
    });
  io.run();
  channels->clear();
  program.release();
  return status;
}

int explain(const Program& program, const std::string& path) {
  use_zone(program.common.time_zone);
  std::ifstream file;
  if (path != "-") {
    file.open(path);
    if (!file) return fail(program, system_error("read", path).message);
  }
  std::istream& lines = path == "-" ? std::cin : file;
  std::size_t number = 0;
  std::size_t events = 0;
  std::size_t wrong = 0;
  for (std::string line; get_line(lines, line);) {
    ++number;
    const auto facts = delivery::facts_from_json(line);
    if (!facts) {
      ++wrong;
      std::fprintf(stderr, "%s:%zu: %s\n", escape_for_terminal(path).c_str(), number,
                   facts.error().c_str());
    } else if (!facts->kind.empty()) {
      ++events;
      explain(program, *facts);
    }
  }
  if (events == 0 && wrong == 0)
    return fail(program, path + ": no line is an event as picket watch --json prints it");
  return wrong == 0 ? 0 : 1;
}

}  // namespace picket::bridge
