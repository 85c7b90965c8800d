// The names that people write beside the peers of a configuration for wg-quick(8):
//
//     # Laptop of Alice          a comment directly above [Peer], the nearest line of several, or
//     [Peer]
//     # Name = laptop            directly below it, the first of several, which counts more;
//     PublicKey = ...            "Name =" and "friendly_name =" count more than any other comment
//
// Also as scripts write them: "### Client laptop", "### begin laptop ###", "# BEGIN_PEER laptop".
// What stands between them and the next key is no name; nor is a key or setting commented out.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace picket::node {

/// By public key. Valid UTF-8 of at most limits::kWireguardNameBytesMax, otherwise as written.
using PeerNames = std::map<std::string, std::string, std::less<>>;

/// Adds the names of one file. Its lines with secrets are passed over, not copied.
void add_peer_names(std::string_view configuration, PeerNames& names);

}  // namespace picket::node
