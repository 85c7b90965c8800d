// Whether a source can see what it should tell of. "Nobody is on" may only be said by one that can.
#pragma once

#include <string>

namespace picket::node {

struct SourceState {
  bool usable = false;
  std::string detail;  // one clause for a person: what was found, or why it can't see
  std::string remedy;  // the one command that mends it; empty: nothing to mend, or none is known
};

}  // namespace picket::node
