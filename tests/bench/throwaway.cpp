#include "tests/bench/throwaway.h"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace picket::bench {

void run_on_throwaway_host(const std::vector<std::string>& arguments) {
  std::string self = std::filesystem::read_symlink("/proc/self/exe");
  std::string name = "throwaway_host";
  std::vector<std::string> words = arguments;
  std::vector<char*> command{name.data(), self.data()};
  for (std::string& word : words) command.push_back(word.data());
  command.push_back(nullptr);
  ::execv(PICKET_SOURCE "/tests/support/throwaway_host", command.data());
  throw std::runtime_error("can't start tests/support/throwaway_host");
}

}  // namespace picket::bench
