// A program's command line as a list of its verbs, taken from the parser itself: what its help, its
// man page and its shell completions all say.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace picket::cli_docs {

/// What stands in the place of a value.
enum class Takes {
  kNothing,  // a flag
  kText,     // that nobody can guess
  kFile,
  kNode,    // a node's name, known by the hub
  kChoice,  // one of a few words
};

struct OptionDoc {
  std::vector<std::string> names;  // "--json"; none: what follows the verb without a name
  std::string value;               // "PATH"; empty: it takes nothing
  Takes takes = Takes::kNothing;
  std::vector<std::string> choices;
  std::string summary;
  std::string default_value;
  bool required = false;
  bool repeats = false;
};

struct VerbDoc {
  std::string path;  // "token create"; empty: the program itself
  std::string summary;
  std::vector<OptionDoc> options;      // with names
  std::vector<OptionDoc> positionals;  // in order
  std::vector<std::string> verbs;      // the next words, "create"
  std::string footer;                  // examples
};

/// The program first, then each verb before those below it, in the order of the help. What is
/// hidden from the help isn't there.
std::vector<VerbDoc> verbs_of(const CLI::App& app);

}  // namespace picket::cli_docs
