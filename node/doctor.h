// What `picket-node doctor` finds: each source of the collectors, whether this process can read it,
// and the one command that mends it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace picket::node {

struct Finding {
  enum class State {
    kGood,
    kAbsent,      // not on this host; the others do without it
    kUnreadable,  // there, but it can't see, or isn't told
  };
  std::string resource;  // "sessions"
  std::string source;    // "logind"
  State state = State::kGood;
  std::string detail;  // one clause for a person
  std::string remedy;  // a command; empty: nothing to do
};

/// Looks at everything now; reads files only. With another root than "/", sd-login is left out.
std::vector<Finding> examine(const std::filesystem::path& root);

/// Whether some source of `resource` can see.
bool can_see(const std::vector<Finding>& findings, const std::string& resource);

}  // namespace picket::node
