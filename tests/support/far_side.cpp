#include "tests/support/far_side.h"

#include <sys/stat.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "tests/support/loop.h"

namespace picket::test {

FarSide::FarSide(std::string script, std::vector<std::string> arguments)
    : script_(std::move(script)), arguments_(std::move(arguments)) {
  start();
}

void FarSide::kill() { child_.reset(); }

void FarSide::start() {
  const std::string port_file = folder_ / "port";
  ::unlink(port_file.c_str());
  std::vector<std::string> command = {"/usr/bin/python3",
                                      std::string(PICKET_SOURCE) + "/tests/support/" + script_,
                                      folder_.path(), "--port", port_};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  const std::string log = folder_ / "log";
  child_.emplace(command, log);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  struct stat status{};
  while (::stat(port_file.c_str(), &status) != 0) {
    const bool ended = child_->wait_for(std::chrono::milliseconds(2)).has_value();
    if (ended || std::chrono::steady_clock::now() > give_up) {
      throw std::runtime_error(script_ + " doesn't start: " + read(log));
    }
  }
  std::getline(std::ifstream(port_file), port_);
}

std::string FarSide::url(const std::string& path) const {
  return "https://localhost:" + port_ + "/" + path;
}

http::Options FarSide::options() const {
  http::Options options;
  options.ca_file = ca_file();
  return options;
}

http::Response FarSide::ask(http::Request request) const {
  asio::io_context io;
  http::Client client(io.get_executor(), options());
  std::optional<Result<http::Response>> result;
  request.url = url("control");
  client.send(std::move(request), [&](Result<http::Response> its) { result = std::move(its); });
  run_until(io, [&] { return result.has_value(); });
  if (!result || !*result) throw std::runtime_error(script_ + " doesn't answer");
  return *std::move(*result);
}

nlohmann::json FarSide::control(const nlohmann::json& orders) const {
  http::Request request;
  request.method = "POST";
  request.content_type = "application/json";
  request.body = orders.dump();
  return nlohmann::json::parse(ask(std::move(request)).body);
}

nlohmann::json FarSide::tell() const { return nlohmann::json::parse(ask({}).body); }

std::vector<nlohmann::json> FarSide::accepted(std::size_t after) const {
  std::vector<nlohmann::json> lines;
  std::ifstream file(folder_ / "accepted.jsonl");
  for (std::string line; std::getline(file, line) && !file.eof();) {
    if (after == 0) {
      lines.push_back(nlohmann::json::parse(line));
    } else {
      --after;
    }
  }
  return lines;
}

}  // namespace picket::test
