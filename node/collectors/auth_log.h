// The auth log as a resource: which log is read, and whether it can be. What is in its lines goes
// to the hub by node/core/log_feed, one for each hub, which this wakes.
#pragma once

#include <asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "node/collectors/collector.h"
#include "node/collectors/last_value.h"
#include "node/collectors/registry.h"
#include "node/core/log_host.h"

namespace picket::node {

/// Which log of a host can be read, and what its collector's health is.
struct AuthLogChoice {
  std::string source;  // a LogSource's name; empty: none
  v1::CollectorHealth health;
};

/// Looks at the logs below `root` now.
AuthLogChoice choose_auth_log(const std::filesystem::path& root, const Clock& clock);

class AuthLogCollector final : public Collector, public LogHost {
 public:
  explicit AuthLogCollector(const CollectorContext& context);
  ~AuthLogCollector() override;

  std::string_view resource() const override;
  void start(Publish publish) override;
  void refresh(Publish done) override;
  void reconfigure(const CollectorContext& context) override;
  void stop() override;

  std::unique_ptr<LogSource> open_log() override;
  SoFar<uint32_t> uid_of(std::string_view user) override;
  SoFar<std::string> key_name_of(std::string_view user, std::string_view fingerprint) override;
  void wake_soon() override;

 private:
  struct Watching;

  template <typename Value>
  SoFar<Value> with_patience(SoFar<Value> answer);

  void look();
  void look_later();
  void read(const AuthLogChoice& seen);
  void start_burst();
  void burst_step();
  v1::ResourceValue value() const;

  CollectorContext context_;
  Publish publish_;
  std::string source_;      // that is read
  std::string changed_to_;  // what the last look would rather have read; empty: it agreed
  v1::CollectorHealth health_;
  LastValue published_;
  std::unique_ptr<Watching> watching_;
};

}  // namespace picket::node
