#include "node/wireguard/peer_names.h"

#include <string>
#include <vector>

#include "common/limits.h"
#include "node/wireguard/configuration_files.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

constexpr char kKey[] = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
constexpr char kOther[] = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

// The name that a file gives kKey; "-": none.
std::string name_in(const std::string& configuration) {
  PeerNames names;
  add_peer_names(configuration, names);
  const auto found = names.find(kKey);
  return found == names.end() ? "-" : found->second;
}

std::string peer(const std::string& above, const std::string& below) {
  return "[Interface]\nPrivateKey = x\n\n" + above + "[Peer]\n" + below +
         "PublicKey = " + std::string(kKey) + "\nAllowedIPs = 10.0.0.2/32\n";
}

}  // namespace

TEST_CASE("a comment directly above or below [Peer] is the peer's name") {
  CHECK(name_in(peer("", "")) == "-");
  CHECK(name_in(peer("# laptop\n", "")) == "laptop");
  CHECK(name_in(peer("", "# laptop\n")) == "laptop");
  CHECK(name_in(peer("", "#Name = laptop\n")) == "laptop");
  CHECK(name_in(peer("", "# friendly_name=laptop of Alice\n")) == "laptop of Alice");
  CHECK(name_in(peer("# name = a = b\r\n", "")) == "a = b");
}

TEST_CASE("of several comments one counts: declared, then below, then the nearest") {
  CHECK(name_in(peer("# above\n", "# below\n")) == "below");
  CHECK(name_in(peer("# Name = above\n", "# below\n")) == "above");
  CHECK(name_in(peer("# Name = above\n", "# Name = below\n")) == "below");
  CHECK(name_in(peer("# far\n# near\n", "")) == "near");
  CHECK(name_in(peer("", "# first\n# second\n")) == "first");
  CHECK(name_in(peer("", "# remark\n# Name = laptop\n")) == "laptop");
}

TEST_CASE("what stands apart from [Peer] names nobody") {
  CHECK(name_in(peer("# apart\n\n", "")) == "-");
  CHECK(name_in(peer("", "AllowedIPs = 10.0.0.0/8\n# late\n")) == "-");
  CHECK(name_in("[Interface]\n# me\nPublicKey = " + std::string(kKey) + "\n") == "-");
  CHECK(name_in("# before\n[Interface]\nListenPort = 1\n" + peer("", "")) == "-");
}

TEST_CASE("names as scripts write them") {
  CHECK(name_in(peer("### Client laptop\n", "")) == "laptop");
  CHECK(name_in(peer("### end desk ###\n### begin laptop ###\n", "")) == "laptop");
  CHECK(name_in(peer("# BEGIN_PEER laptop\n", "")) == "laptop");
}

TEST_CASE("a setting or a key that was commented out is no name") {
  const std::string key(kOther);
  const std::vector<std::string> comments = {"# PresharedKey = " + key,
                                             "#PrivateKey=" + key,
                                             "# Endpoint = a:1",
                                             "# AllowedIPs=::/0",
                                             "# " + key,
                                             "# Name = " + key,
                                             "# key " + key + " of bob",
                                             "##",
                                             "# ",
                                             "# " + std::string(64, 'a')};
  for (const std::string& comment : comments) {
    INFO(comment);
    CHECK(name_in(peer(comment + "\n", "")) == "-");
    CHECK(name_in(peer("", comment + "\n")) == "-");
  }
}

TEST_CASE("names are outside text: repaired and bounded") {
  CHECK(name_in(peer("# a\xff"
                     "b\n",
                     "")) ==
        "a\xEF\xBF\xBD"
        "b");
  const std::string longest(limits::kWireguardNameBytesMax, ' ');
  std::string words = "x";
  while (words.size() < 300) words += " x";
  CHECK(name_in(peer("# " + words + "\n", "")) == words.substr(0, longest.size()));
}

TEST_CASE("spellings that wg-quick takes are taken") {
  const std::string key(kKey);
  CHECK(name_in("# n\n [peer] \n publickey=" + key + " # the key\n") == "n");
  CHECK(name_in("# n\n[PEER]\nPUBLICKEY\t=\t" + key) == "n");
  CHECK(name_in("# n\n[Peer]\nPublicKey = nonsense\n") == "-");
}

TEST_CASE("files are read again when they change, and what is gone names nobody") {
  test::CapturedHost host;
  ConfigurationFiles files(host.root());
  CHECK(files.names().empty());
  host.write_file("/etc/wireguard/wg0.conf", peer("# laptop\n", ""));
  host.write_file("/etc/wireguard/notes.txt", peer("# other\n", ""));
  CHECK(files.names().at(kKey) == "laptop");
  host.write_file("/etc/wireguard/wg0.conf", peer("# desk, renamed\n", ""));
  CHECK(files.names().at(kKey) == "desk, renamed");
  host.remove_file("/etc/wireguard/wg0.conf");
  CHECK(files.names().empty());
}

}  // namespace picket::node
