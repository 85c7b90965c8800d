// The node's state folder: what it is to each hub that it has joined, by hub id.
//
//   hubs/<hub id>/key.pem           the node's key for this hub (0600)
//   hubs/<hub id>/certificate.pem   its certificate: its name
//   hubs/<hub id>/renewed.pem       key and certificate of a renewal (0600), which count before the
//                                   two above until the hub has taken them once
//   hubs/<hub id>/ca.pem            the hub's CA, the only one trusted for this hub
//   hubs/<hub id>/addresses         where the hub is, "host:port", one a line; may be edited
//   hubs/<hub id>/log_position      how far this hub has the auth log (0600); see log_bookmark_file
//   local_events                    those that some hub has yet to store (0600); see
//   event_spool_disk local_events.<hub id>           how far this hub has them (0600); outlives
//   joining it again
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/unique_fd.h"
#include "common/x509.h"

namespace picket::node {

/// A node's part in one hub.
struct Membership {
  std::string hub_id;
  std::string node;  // the name in the certificate
  PrivateKey key;
  Certificate certificate;
  Certificate ca;
  std::vector<std::string> addresses;
  bool is_renewed = false;  // the hub has not taken this key and certificate yet
};

class StateFolder {
 public:
  /// Makes the folder (0700) if it isn't there. Refuses one that others own or may write.
  static Result<StateFolder> open(const std::string& path);

  /// The ids of the hubs joined, sorted.
  std::vector<std::string> hubs() const;
  bool has_joined(std::string_view hub_id) const;
  std::string log_position_file(std::string_view hub_id) const;
  std::string event_position_file(std::string_view hub_id) const;
  std::string local_events_file() const { return path_ + "/local_events"; }
  /// Checks owner and modes, and that key, certificate and CA belong together; says nothing about
  /// their validity in time. The error names the file.
  Result<Membership> load(const std::string& hub_id) const;
  /// The same without what was renewed and not taken yet.
  Result<Membership> load_settled(const std::string& hub_id) const;
  /// Keeps a renewal beside the old key and certificate.
  Status save_renewed(const std::string& hub_id, const PrivateKey& key,
                      const Certificate& certificate) const;
  /// The hub has taken what was renewed: it replaces the old key and certificate. Whatever fails,
  /// or whenever a crash comes, load() goes on as before.
  Status settle(const std::string& hub_id) const;
  /// Writes it whole or, with an error, not at all. With `replace` in place of an older one of that
  /// hub.
  Status save(const Membership& membership, bool replace) const;

  /// For as long as the result lives no other agent runs with this folder.
  Result<UniqueFd> lock() const;
  /// What NodeHello calls folder_id: the same for every agent that runs in this folder until the
  /// next boot, another for a copy of it.
  Result<std::string> folder_id(std::string_view boot_id) const;

  const std::string& path() const { return path_; }

 private:
  explicit StateFolder(std::string path) : path_(std::move(path)) {}
  std::string folder_of(std::string_view hub_id) const;
  Result<Membership> load_pair(const std::string& hub_id, const char* key_file,
                               const char* certificate_file) const;

  std::string path_;
};

}  // namespace picket::node
