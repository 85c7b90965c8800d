// The hub's state folder: its CA, its own key and certificate, its addresses, and the names of the
// files that others keep in it. Made whole by init() or not at all.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "common/unique_fd.h"
#include "common/x509.h"
#include "hub/io/ca.h"

namespace picket::hub {

/// A file in the state folder that is a part of what this hub is.
struct StateFile {
  const char* name;
  mode_t mode;
};

/// All of them but the journal, which a running hub changes in place, and the audit log's files,
/// which come with the first run and are as many as they are (common/audit_files.h).
inline constexpr StateFile kStateFiles[] = {
    {"addresses", 0644},   {"ca.key.pem", 0600}, {"ca.pem", 0644},
    {"hub.key.pem", 0600}, {"hub.pem", 0644},    {"identities", 0600},
};
inline constexpr const char* kJournalName = "journal.db";
inline constexpr const char* kCaCertificateName = "ca.pem";

/// What `picket-hub init` tells the person in front of it.
struct NewHub {
  std::string folder;
  std::string hub_id;
  std::string ca_fingerprint;  // SHA-256 in hexadecimal
  std::vector<std::string> addresses;
  WallTime ca_expires;
};

/// The whole path of a folder in which a hub can be made: one that is empty or absent.
Result<std::string> vacant_state_folder(const std::string& path);

class StateFolder {
 public:
  /// Makes the folder (0700) with a new CA, built beside it and renamed, so that a crash leaves all
  /// or nothing. Refuses a folder that has anything in it. `addresses`: see common/hub_addresses.h.
  static Result<NewHub> init(const std::string& path, const std::vector<std::string>& addresses,
                             WallTime now);

  /// Whether no hub has been made there.
  static bool is_missing(const std::string& path);

  /// Checks modes, owners and that everything fits together; makes the hub's certificate anew when
  /// less than limits::kHubCertificateRenewal of it is left. The folder is this process's until the
  /// result ends.
  static Result<StateFolder> open(const std::string& path, WallTime now);

  /// Makes the hub's certificate anew if it is time, as open() does; true if it did. For hubs that
  /// run for long.
  Result<bool> renew_certificate(WallTime now);

  const CertificateAuthority& ca() const { return ca_; }
  const PrivateKey& key() const { return key_; }
  const Certificate& certificate() const { return certificate_; }
  const std::vector<std::string>& addresses() const { return addresses_; }
  std::string hub_id() const { return ca_.hub_id(); }

  std::string identities_path() const;
  std::string audit_path() const;
  std::string journal_path() const;

 private:
  StateFolder(std::string path, UniqueFd lock, CertificateAuthority ca, PrivateKey key,
              Certificate certificate, std::vector<std::string> addresses);

  std::string path_;
  UniqueFd lock_;
  CertificateAuthority ca_;
  PrivateKey key_;
  Certificate certificate_;
  std::vector<std::string> addresses_;
};

}  // namespace picket::hub
