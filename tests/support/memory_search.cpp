#include "tests/support/memory_search.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "common/unique_fd.h"

namespace picket::test {

bool memory_holds(pid_t pid, std::string_view bytes) {
  const std::string folder = "/proc/" + std::to_string(pid);
  const UniqueFd memory(::open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
  std::ifstream maps(folder + "/maps");
  if (!memory || !maps) throw std::runtime_error("can't read the memory of " + folder);
  std::size_t read_bytes = 0;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    uint64_t begin = 0;
    uint64_t end = 0;
    char dash = 0;
    std::string permissions;
    fields >> std::hex >> begin >> dash >> end >> permissions;
    if (permissions.substr(0, 2) != "rw") continue;
    std::string content(end - begin, '\0');
    const ssize_t got =
        ::pread(memory.get(), content.data(), content.size(), static_cast<off_t>(begin));
    if (got <= 0) continue;
    read_bytes += static_cast<std::size_t>(got);
    if (content.find(bytes) != std::string::npos) return true;
  }
  if (read_bytes == 0) throw std::runtime_error("nothing of the memory of " + folder + " was read");
  return false;
}

}  // namespace picket::test
