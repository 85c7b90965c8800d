// What the node tells of its host: names, versions, the boot.
#pragma once

#include <filesystem>

#include "picket/v1/model.pb.h"

namespace picket::node {

/// Reads /etc/os-release and /proc below `root`; what can't be read is left empty.
v1::NodeFacts read_host_facts(const std::filesystem::path& root);

}  // namespace picket::node
