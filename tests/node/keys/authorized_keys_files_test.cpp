#include "node/keys/authorized_keys_files.h"

#include <map>

#include "tests/support/catch.h"

namespace picket::node {
namespace {

using Texts = std::vector<std::string>;

const Texts kDefault = {".ssh/authorized_keys", ".ssh/authorized_keys2"};

Texts patterns(const std::map<std::string, std::string>& files) {
  const auto read = [&files](const std::string& path) {
    const auto found = files.find(path);
    return found == files.end() ? std::string() : found->second;
  };
  const auto glob = [&files](const std::string& pattern) {
    Texts found;
    const std::string begin = pattern.substr(0, pattern.find('*'));
    for (const auto& [path, text] : files) {
      if (pattern == path || (begin != pattern && path.starts_with(begin))) found.push_back(path);
    }
    return found;
  };
  return authorized_keys_patterns("/etc/ssh/sshd_config", read, glob);
}

Texts patterns(const std::string& text) {
  return patterns(std::map<std::string, std::string>{{"/etc/ssh/sshd_config", text}});
}

}  // namespace

TEST_CASE("without AuthorizedKeysFile it is sshd's default") {
  CHECK(patterns("") == kDefault);
  CHECK(patterns("# AuthorizedKeysFile other\nPort 22\n") == kDefault);
  CHECK(patterns(std::map<std::string, std::string>{}) == kDefault);
}

TEST_CASE("the first AuthorizedKeysFile outside of Match counts, in any of sshd's spellings") {
  CHECK(patterns("authorizedkeysfile /etc/keys/%u .ssh/keys # both\n") ==
        Texts{"/etc/keys/%u", ".ssh/keys"});
  CHECK(patterns("\tAuthorizedKeysFile=\"/etc/my keys/%u\"\r\n") == Texts{"/etc/my keys/%u"});
  CHECK(patterns("AuthorizedKeysFile a\nAuthorizedKeysFile b\n") == Texts{"a"});
  CHECK(patterns("Match User bob\nAuthorizedKeysFile b\n") == kDefault);
  CHECK(patterns("AuthorizedKeysFile\nAuthorizedKeysFile b") == Texts{"b"});
  CHECK(patterns("AuthorizedKeysFile none") == Texts{"none"});
}

TEST_CASE("what is included counts in its place, and a Match in it ends with it") {
  CHECK(patterns({{"/etc/ssh/sshd_config", "Include sshd_config.d/*.conf\nAuthorizedKeysFile c\n"},
                  {"/etc/ssh/sshd_config.d/1.conf", "Match User x\nAuthorizedKeysFile x\n"},
                  {"/etc/ssh/sshd_config.d/2.conf", "AuthorizedKeysFile two\n"}}) == Texts{"two"});
  CHECK(patterns({{"/etc/ssh/sshd_config", "Include /etc/ssh/other\nAuthorizedKeysFile c\n"},
                  {"/etc/ssh/other", "Match User x\n"}}) == Texts{"c"});
  CHECK(patterns({{"/etc/ssh/sshd_config", "Match User x\nInclude /etc/ssh/other\n"},
                  {"/etc/ssh/other", "AuthorizedKeysFile x\n"}}) == kDefault);
  CHECK(patterns("Include /etc/ssh/sshd_config\nAuthorizedKeysFile c\n") == Texts{"c"});
}

TEST_CASE("a pattern is a file of the account's, or none") {
  const Account alice{"alice", "/home/alice", 1000};
  CHECK(authorized_keys_file(".ssh/authorized_keys", alice) == "/home/alice/.ssh/authorized_keys");
  CHECK(authorized_keys_file("/etc/keys/%u-%U-100%%", alice) == "/etc/keys/alice-1000-100%");
  CHECK(authorized_keys_file("%h/keys", alice) == "/home/alice/keys");
  CHECK(authorized_keys_file("none", alice).empty());
  CHECK(authorized_keys_file("/etc/%x", alice).empty());
  CHECK(authorized_keys_file("/etc/%", alice).empty());
}

}  // namespace picket::node
