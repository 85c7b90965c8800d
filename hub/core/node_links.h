// The live links by node name: one each. Decides who holds a name: who is admitted, whom a newer
// link of the same agent replaces, and what happens when two claim one identity.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "common/deadlines.h"
#include "hub/core/identities.h"
#include "hub/core/node_link.h"

namespace picket::hub {

class Hub;

class NodeLinks {
 public:
  explicit NodeLinks(Hub& hub) : hub_(hub) {}

  /// A link has said hello: it is welcomed, refused, or waits until the older holder of its name
  /// was asked.
  void admit(NodeLink& link, const NodeCertificate& certificate, const v1::NodeHello& hello);
  /// A link ended. True if it was the holder of its name.
  bool closed(NodeLink& link);

  NodeLink* find(std::string_view node);
  /// Revoked: the holder and a link that waits for the name are refused and closed.
  void cut(std::string_view node);
  void set_reading(bool reading);
  void close_all(const Closed& closed);
  std::size_t size() const { return holders_.size(); }

 private:
  struct Challenge {
    NodeLink* challenger;
    NodeCertificate certificate;
    v1::NodeHello hello;
    Deadlines::Id deadline;
  };
  void accept(NodeLink& link, const NodeCertificate& certificate, const v1::NodeHello& hello,
              bool quiet);
  void challenge(NodeLink& holder, NodeLink& link, const NodeCertificate& certificate,
                 const v1::NodeHello& hello);
  void holder_answered(const std::string& node);
  void holder_silent(const std::string& node);
  void refuse(NodeLink& link, Standing standing);
  void tell_refused(const NodeLink& link);
  void sweep_later();
  void sweep_expired();
  bool is_news(const std::string& node, const std::string& folder_id);

  Hub& hub_;
  std::map<std::string, NodeLink*, std::less<>> holders_;
  std::map<std::string, Challenge, std::less<>> challenges_;  // by node
  struct LastConflict {
    std::string folder_id;
    SteadyTime at;
  };
  std::map<std::string, LastConflict, std::less<>> last_conflicts_;
  std::map<std::string, SteadyTime, std::less<>> last_refusals_;  // told, by node
  bool sweeps_ = false;                                           // while there are links
};

}  // namespace picket::hub
