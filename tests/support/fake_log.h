// A log that a test writes: lines of sshd, one event each, in instances that end and begin.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "node/auth_log/log_source.h"
#include "node/core/log_host.h"

namespace picket::test {

struct FakeLog {
  struct Line {
    std::string instance;
    uint64_t offset = 0;
    WallTime time;
    std::string message;
  };

  std::string name = "journald";
  std::deque<Line> lines;
  uint64_t taken_away = 0;  // lines before the first

  void add(std::string message, WallTime time) {
    lines.push_back({instance(), ++offset_, time, std::move(message)});
  }
  /// An event whose user is `user`.
  void add_failure(const std::string& user, WallTime time) {
    add("Failed password for " + user + " from 192.0.2.7 port 50122 ssh2", time);
  }
  /// What comes next is in another instance.
  void rotate() {
    ++instances_;
    offset_ = 0;
  }
  void take_away_first() {
    lines.pop_front();
    ++taken_away;
  }
  std::string instance() const { return "instance" + std::to_string(instances_); }

 private:
  uint64_t offset_ = 0;
  int instances_ = 0;
};

class FakeLogSource final : public node::LogSource {
 public:
  explicit FakeLogSource(const FakeLog& log) : log_(log), name_(log.name) {}

  std::string_view name() const override { return name_; }
  v1::CollectorHealth health() override {
    v1::CollectorHealth health;
    health.mutable_ok()->add_sources(name_);
    return health;
  }
  void start_at(const node::LogStart& start) override {
    gap_.reset();
    next_ = end();
    if (const auto* since = std::get_if<WallTime>(&start)) go_by_time(*since);
    if (const auto* position = std::get_if<v1::LogPosition>(&start)) go_after(*position);
  }
  node::LogStep next() override {
    if (next_ < log_.taken_away) {
      lose(last_);
      next_ = log_.taken_away;
    }
    if (next_ == end()) return node::NoMoreNow{};
    const FakeLog::Line& line = log_.lines[next_++ - log_.taken_away];
    last_ = line.time;
    node::SourcedLine sourced{std::nullopt, line.instance, line.offset, std::exchange(gap_, {})};
    if (sourced.gap) sourced.gap->to = line.time;
    node::LogLine& read = sourced.line.emplace();
    read.message = line.message;
    read.process = "sshd";
    read.time = line.time;
    read.time_source = v1::AuthEvent::TIME_SOURCE_JOURNAL;
    read.attested = node::Attested{.uid = 0, .pid = 7, .exe = "/usr/sbin/sshd", .boot_id = "boot"};
    return sourced;
  }
  int wake_fd() const override { return -1; }
  void woken() override {}

 private:
  uint64_t end() const { return log_.taken_away + log_.lines.size(); }
  void go_by_time(WallTime since) {
    for (next_ = log_.taken_away; next_ < end(); ++next_) {
      if (log_.lines[next_ - log_.taken_away].time >= since) return;
    }
  }
  void go_after(const v1::LogPosition& position) {
    for (uint64_t at = log_.taken_away; at < end(); ++at) {
      const FakeLog::Line& line = log_.lines[at - log_.taken_away];
      if (line.instance != position.instance() || line.offset != position.offset()) continue;
      last_ = line.time;
      next_ = at + 1;
      return;
    }
    lose(from_unix_ns(position.at_unix_ns()));
    go_by_time(from_unix_ns(position.at_unix_ns()));
  }
  void lose(WallTime from) { gap_ = node::LogGap{"lines are gone", from, std::nullopt}; }

  const FakeLog& log_;
  std::string name_;
  uint64_t next_ = 0;  // counted from the log's very first line
  WallTime last_;
  std::optional<node::LogGap> gap_;
};

/// Opens a FakeLog for feeds; wake_soon() and answers about users are the test's.
class FakeLogHost final : public node::LogHost {
 public:
  explicit FakeLogHost(
      const FakeLog& log, std::function<void()> wake_soon = [] {})
      : log_(log), wake_soon_(std::move(wake_soon)) {}

  std::unique_ptr<node::LogSource> open_log() override {
    return is_readable ? std::make_unique<FakeLogSource>(log_) : nullptr;
  }
  node::SoFar<uint32_t> uid_of(std::string_view /*user*/) override { return uid; }
  node::SoFar<std::string> key_name_of(std::string_view /*user*/,
                                       std::string_view /*fingerprint*/) override {
    return key_name;
  }
  void wake_soon() override { wake_soon_(); }

  bool is_readable = true;
  node::SoFar<uint32_t> uid;
  node::SoFar<std::string> key_name;

 private:
  const FakeLog& log_;
  std::function<void()> wake_soon_;
};

}  // namespace picket::test
