// Reads a section [commands.LABEL.parameters.NAME] of the allowlist.
#pragma once

#include <optional>
#include <string>

#include "common/toml_tree.h"
#include "node/commands/parameter.h"

namespace picket::node {

/// Nothing: `errors` has been told why. `prefix` stands before its keys in errors.
std::optional<Parameter> parse_parameter(const config::TomlNode& section, const std::string& prefix,
                                         config::FileErrors& errors);

/// Of descriptions: what can be shown, at most limits::kCommandTextBytesMax.
config::Codec<std::string> description_text();

}  // namespace picket::node
