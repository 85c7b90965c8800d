#include "common/daemon.h"

#include <sys/resource.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <utility>

#include "common/limits.h"
#include "common/systemd_notify.h"

namespace picket {
namespace {

constexpr auto kStatusInterval = std::chrono::seconds(15);  // where systemd doesn't watch us

}  // namespace

// Keeps one timer at a core's next deadline.
struct Daemon::Driver {
  Driver(asio::io_context& io, Deadlines& core) : deadlines(core), timer(io) {
    deadlines.on_earlier([this] { set(); });
    set();
  }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver() { deadlines.on_earlier(nullptr); }

  void set() {
    const auto next = deadlines.next();
    if (!next) return;
    timer.expires_at(*next);
    timer.async_wait([this](const asio::error_code& error) {
      if (error) return;
      const Rearm rearm{*this};  // also if an action throws
      deadlines.run_due(std::chrono::steady_clock::now());
    });
  }

  struct Rearm {
    Driver& driver;
    ~Rearm() { driver.set(); }
  };

  Deadlines& deadlines;
  asio::steady_timer timer;
};

Daemon::Daemon(TaskFailed on_failed)
    : on_failed_(std::move(on_failed)),
      signals_(io_, SIGTERM, SIGINT, SIGHUP),
      accepting_(io_.get_executor(), on_failed_),
      tasks_(io_.get_executor(), on_failed_),
      stop_timer_(io_),
      systemd_timer_(io_) {
  std::signal(SIGPIPE, SIG_IGN);
  await_signal();
}

Daemon::~Daemon() = default;

void Daemon::drive(Deadlines& deadlines) {
  drivers_.push_back(std::make_unique<Driver>(io_, deadlines));
}

void Daemon::on_stop(std::function<void()> action) { stop_actions_.push_back(std::move(action)); }

void Daemon::on_reload(std::function<void()> action) {
  reload_actions_.push_back(std::move(action));
}

void Daemon::on_status(std::function<std::string()> text) { status_ = std::move(text); }

void Daemon::await_signal() {
  signals_.async_wait([this](const asio::error_code& error, int signal) {
    if (error) return;
    on_signal(signal);
    await_signal();
  });
}

void Daemon::on_signal(int signal) {
  if (signal == SIGHUP) {
    for (const auto& action : reload_actions_) action();
  } else if (stopping_) {
    io_.stop();
  } else {
    stop();
  }
}

void Daemon::run() {
  tell_systemd("READY=1");
  while (!run_loop(true)) {
  }
  // After a second signal tasks are left: they end now, while what they refer to still lives.
  accepting_.stop();
  tasks_.stop();
  run_ready();
  drivers_.clear();
}

// From the loop, so that a loop that hangs is not taken for one that runs.
void Daemon::tell_systemd(std::string_view news) {
  if (stopping_) return;
  std::string state(news);
  if (status_) state += "\nSTATUS=" + status_();
  const bool told = notify_systemd(state);
  const auto watchdog = watchdog_interval();
  if (!watchdog && !(told && status_)) return;
  systemd_timer_.expires_after(watchdog.value_or(kStatusInterval));
  systemd_timer_.async_wait([this, news_of_life = watchdog ? "WATCHDOG=1" : ""](auto error) {
    if (!error) tell_systemd(news_of_life);
  });
}

void Daemon::run_ready() {
  do {
    io_.restart();
  } while (!run_loop(false));
}

// False: a callback threw; there may be more to do.
bool Daemon::run_loop(bool until_stopped) {
  try {
    if (until_stopped) {
      io_.run();
    } else {
      io_.poll();
    }
    return true;
  } catch (const std::exception& exception) {
    if (on_failed_) on_failed_("loop", exception.what());
    return false;
  }
}

void Daemon::stop() {
  if (std::exchange(stopping_, true)) return;
  systemd_timer_.cancel();
  notify_systemd("STOPPING=1\nSTATUS=Stops.");
  accepting_.stop();
  for (const auto& action : stop_actions_) action();
  asio::co_spawn(io_, finish(), asio::detached);
}

// The connections end by themselves once they have been told to; those that don't are cancelled.
asio::awaitable<void> Daemon::finish() {
  stop_timer_.expires_after(limits::kStopTimeout + limits::kCloseTimeout);
  stop_timer_.async_wait([this](const asio::error_code& error) {
    if (!error) tasks_.stop();
  });
  co_await tasks_.join();
  co_await accepting_.join();
  io_.stop();
}

void raise_descriptor_limit() {
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return;
  descriptors.rlim_cur = descriptors.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &descriptors);
}

}  // namespace picket
