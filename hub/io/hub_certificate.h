// The certificate that the hub shows to nodes, made anew before it ends, also while the hub runs:
// links that stand keep the one that they began with, new ones get the newest.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/clock.h"
#include "common/deadlines.h"
#include "common/result.h"
#include "common/tls.h"
#include "hub/io/state_folder.h"

namespace picket::hub {

class HubCertificate {
 public:
  using Use = std::function<void(const TlsContext& tls)>;

  /// All references outlive this object, and it outlives all links.
  HubCertificate(StateFolder& folder, const Clock& clock, Deadlines& deadlines);

  /// Makes what the folder has ready for use.
  Status open();
  /// Of the newest. Valid as long as this object.
  const TlsContext& tls() const { return *contexts_.back(); }
  /// From now on it is looked at every limits::kRenewalCheckEvery; `use` gets each newer one.
  void keep_young(Use use);

 private:
  void look();

  StateFolder& folder_;
  const Clock& clock_;
  Deadlines& deadlines_;
  Use use_;
  // The last is used; live links have the others. One more in eleven months.
  std::vector<std::unique_ptr<TlsContext>> contexts_;
};

}  // namespace picket::hub
