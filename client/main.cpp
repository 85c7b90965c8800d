// picket: the terminal client.
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "client/cli/app.h"
#include "common/decode.h"
#include "common/system_clock.h"

int main(int argc, char* argv[]) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes is no accident: see Output
  picket::silence_protobuf();
  picket::cli::Environment environment;
  environment.picket_socket = std::getenv("PICKET_SOCKET");
  environment.xdg_runtime_dir = std::getenv("XDG_RUNTIME_DIR");
  environment.no_color = std::getenv("NO_COLOR");
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return static_cast<int>(picket::cli::run(arguments, environment, picket::SystemClock()));
}
