// Where sshd looks for a user's keys: AuthorizedKeysFile of sshd_config(5). Pure but for reading
// the configuration through the function that it is given.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace picket::node {

struct Account {
  std::string user;
  std::string home;
  uint32_t uid = 0;
};

/// The files that an Include's pattern (an absolute glob) names, in order.
using Glob = std::function<std::vector<std::string>(const std::string& pattern)>;
/// A file's text; empty if it can't be read.
using ReadText = std::function<std::string(const std::string& path)>;

/// The patterns of AuthorizedKeysFile, as sshd takes them: the first that is given outside of any
/// Match block, with files that are included in its place. None given: sshd's own default.
std::vector<std::string> authorized_keys_patterns(const std::string& config_file,
                                                  const ReadText& read, const Glob& glob);

/// The file that a pattern means for an account: %h, %u, %U and %% replaced, a relative one below
/// the home. Empty: none ("none", or a token that sshd doesn't know).
std::string authorized_keys_file(std::string_view pattern, const Account& account);

}  // namespace picket::node
