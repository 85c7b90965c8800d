// Decides what of a hub's updates is worth telling: by the rules, with bursts counted, a restart of
// the hub told once, and a login told with the failures before it. What it counts can be saved with
// the place up to which it has counted. Pure.
#pragma once

#include <string>
#include <vector>

#include "integrations/delivery/bursts.h"
#include "integrations/delivery/hub_restart.h"
#include "integrations/delivery/item.h"
#include "integrations/delivery/login_failures.h"
#include "integrations/delivery/mutes.h"
#include "integrations/delivery/rules_file.h"
#include "picket/v1/client_link.pb.h"

namespace picket::delivery {

/// The first rule that fits; if that only counts, also those after it that do and fit: what is too
/// little for one may be enough for another.
std::vector<const Rule*> rules_for(const RuleBook& book, const Facts& facts);

/// For a person, line by line: which rule decides, what it does, and why those before it don't fit.
std::string explain(const RuleBook& book, const Facts& facts);

class Editor {
 public:
  explicit Editor(RuleBook book) : book_(std::move(book)) {}

  /// In their order. What is to be told now goes to `items`.
  void take(const v1::Update& update, std::vector<Item>& items);
  /// Updates that are no longer kept: always told.
  static void take(const v1::Missed& missed, WallTime now, std::vector<Item>& items);
  /// What is to be told because nothing more came.
  void sweep(WallTime now, std::vector<Item>& items);
  /// Nothing waits for sweep().
  bool is_idle() const { return bursts_.empty() && restart_.empty() && mutes_.empty(); }

  Mutes& mutes() { return mutes_; }
  const Mutes& mutes() const { return mutes_; }

  void save(v1::BridgeState& state) const;
  void restore(const v1::BridgeState& state);

 private:
  void tell(const Rule& rule, const v1::Update& update, const Facts& facts,
            std::vector<Item>& items);

  RuleBook book_;
  Bursts bursts_;
  HubRestart restart_;
  LoginFailures failures_;
  Mutes mutes_;
};

}  // namespace picket::delivery
