// Collects the updates that follow from one fact, each with its seq.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "picket/v1/model.pb.h"

namespace picket::hub {

using Updates = std::vector<v1::Update>;

class UpdateSink {
 public:
  /// `at`: of the fact, by the clock of whoever states it; `received`: by ours.
  UpdateSink(uint64_t& next_seq, std::string node, WallTime at, WallTime received)
      : next_seq_(next_seq), node_(std::move(node)), at_(at), received_(received) {}

  /// What follows was found only after an outage.
  void set_late(bool late) { late_ = late; }
  /// When what follows was so, if not when the fact was stated.
  void set_at(WallTime at) { at_ = at; }

  v1::Update& add();
  v1::Event& event(std::string kind);
  v1::ResourceChange& change(const std::string& resource);

  WallTime at() const { return at_; }
  WallTime received() const { return received_; }
  Updates take() { return std::move(updates_); }

 private:
  uint64_t& next_seq_;
  std::string node_;
  WallTime at_;
  WallTime received_;
  bool late_ = false;
  Updates updates_;
};

}  // namespace picket::hub
