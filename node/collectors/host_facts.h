// What the node tells of its host: names, versions, the boot, and whether it needs another.
#pragma once

#include <filesystem>

#include "picket/v1/model.pb.h"

namespace picket::node {

/// Reads files below `root` only; what can't be read is left empty.
v1::NodeFacts read_host_facts(const std::filesystem::path& root);

}  // namespace picket::node
