// A program's man page (man(7)), made of its command line.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/cli_docs/verbs.h"

namespace picket::cli_docs {

/// What a man page has beyond the command line.
struct ManPage {
  std::string program;  // "picket-hub"
  std::string version;
  int section = 1;      // 1: for users, 8: for administrators
  std::string summary;  // a clause, without the program's name
  /// "/etc/picket/hub.toml" and what it is.
  std::vector<std::pair<std::string, std::string>> files;
  /// "0" and what it means.
  std::vector<std::pair<std::string, std::string>> exit_codes;
  std::vector<std::string> see_also;  // "picket(1)"
};

std::string man_page(const ManPage& about, const std::vector<VerbDoc>& verbs);

}  // namespace picket::cli_docs
