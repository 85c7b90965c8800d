// A source of lines that says by itself when there may be more.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <memory>

#include "node/auth_log/log_source.h"
#include "node/collectors/alarm.h"
#include "node/collectors/readable_fd.h"

namespace picket::node {

class WatchedLog final : public LogSource {
 public:
  /// `wake` is called on the loop's thread, in a turn of its own, as often as the source is woken
  /// and every half minute, which covers what no wake told of.
  WatchedLog(asio::io_context& loop, std::unique_ptr<LogSource> source, std::function<void()> wake);

  std::string_view name() const override { return source_->name(); }
  v1::CollectorHealth health() override { return source_->health(); }
  void start_at(const LogStart& start) override;
  LogStep next() override;
  int wake_fd() const override { return source_->wake_fd(); }
  void woken() override;

 private:
  void watch();
  void wait();
  void on_woken();

  asio::io_context& loop_;
  std::unique_ptr<LogSource> source_;
  std::function<void()> wake_;
  int watched_fd_ = -1;
  std::unique_ptr<ReadableFd> readable_;
  Alarm alarm_;
};

}  // namespace picket::node
