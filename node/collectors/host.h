// What the host is: names, versions, its boot, and whether it needs another. Woken by inotify and
// by the kernel's word of a new name; looks; publishes what changed.
#pragma once

#include <memory>
#include <string>

#include "node/collectors/collector.h"
#include "node/collectors/registry.h"

namespace picket::node {

class HostCollector final : public Collector {
 public:
  explicit HostCollector(const CollectorContext& context);
  ~HostCollector() override;

  std::string_view resource() const override { return "host"; }
  void start(Publish publish) override;
  void refresh(Publish done) override;
  void stop() override;

 private:
  struct Watching;

  void arm_safety_poll();
  void look_soon();
  void look();
  v1::ResourceValue value() const;

  CollectorContext context_;
  Publish publish_;
  v1::NodeFacts facts_;
  std::string published_;               // the facts that were published last
  std::unique_ptr<Watching> watching_;  // between start and stop
};

}  // namespace picket::node
