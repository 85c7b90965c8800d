// The names in /etc/wireguard/*.conf, read again when a file changed. The files hold private keys:
// they are wiped from memory as soon as they were read.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "node/collectors/file_stamp.h"
#include "node/wireguard/peer_names.h"

namespace picket::node {

inline constexpr std::string_view kWireguardFolder = "/etc/wireguard";

class ConfigurationFiles {
 public:
  explicit ConfigurationFiles(const std::filesystem::path& root);

  /// Of all files as they are now. A file that can't be read, is too large, or belongs to neither
  /// root nor this process's user, has none; of two that name a peer the later in the alphabet
  /// counts.
  const PeerNames& names();

 private:
  std::filesystem::path folder_;
  std::map<std::filesystem::path, FileStamp> seen_;
  PeerNames names_;
};

}  // namespace picket::node
