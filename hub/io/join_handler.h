// The far end of a join on its connection: one request, one reply, close.
#pragma once

#include <string>

#include "common/admission.h"
#include "common/peer.h"
#include "hub/core/hub.h"
#include "hub/core/join.h"

namespace picket::hub {

class JoinHandler final : public LinkHandler {
 public:
  JoinHandler(Hub& hub, Join& join, Admission& admission, Peer& peer, Endpoint remote,
              std::string channel);

  void on_frame(std::string_view payload) override;
  void on_closed(const Closed& closed) override;

 private:
  void refuse_unread();

  Hub& hub_;
  Join& join_;
  Admission& admission_;
  Peer& peer_;
  Endpoint remote_;
  std::string channel_;
  bool is_harmless_ = false;  // it has joined, or only wanted to know the time
  bool answered_ = false;
};

}  // namespace picket::hub
