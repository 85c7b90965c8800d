// What a node of secmon was started with, as a configuration of ours. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace picket::node {

struct ImportedSecmon {
  std::string config;               // the text of a node.toml
  std::vector<std::string> notes;   // what has no key there, and what became of it
  std::vector<std::string> errors;  // "LINE: NAME: what is wrong"; not empty: nothing was imported
};

/// `text`: of a file of NAME=VALUE lines as secmon's environment had them, or of the systemd unit
/// that started it (Environment= and ExecStart=).
ImportedSecmon import_secmon(std::string_view text);

}  // namespace picket::node
