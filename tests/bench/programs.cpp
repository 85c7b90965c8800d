#include "tests/bench/programs.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "common/files.h"
#include "common/limits.h"
#include "common/system_clock.h"
#include "hub/io/identity_file.h"
#include "hub/io/state_folder.h"
#include "tests/support/command.h"

namespace picket::bench {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error());
  return *std::move(result);
}

std::string pem_of(const PrivateKey& key) { return std::string(key.to_pem().reveal()); }

}  // namespace

HubProcess::HubProcess(std::size_t nodes, const std::string& config, const Prepare& prepare) {
  make_identities(nodes);
  if (prepare) prepare(folder_ / "state", hub_id_);
  start(config);
}

void HubProcess::make_identities(std::size_t nodes) {
  const WallTime now = std::chrono::floor<Seconds>(SystemClock().wall());
  const std::string path = folder_ / "state";
  must(hub::StateFolder::init(path, {"127.0.0.1:9992"}, now));
  const auto state = must(hub::StateFolder::open(path, now));
  hub_id_ = state.hub_id();
  ca_ = state.ca().certificate().to_pem();
  hub_credentials_ = {state.certificate().to_pem(), pem_of(state.key()), ca_};
  const PrivateKey key = PrivateKey::generate();
  node_key_ = pem_of(key);
  const auto request = CertificateRequest::make(key);
  const WallTime expires = now + limits::kNodeCertificateValidity;
  v1::IdentityBook book;
  book.set_format(1);
  for (std::size_t i = 0; i < nodes; ++i) {
    auto* node = book.add_nodes();
    node->set_name("n" + std::to_string(i));
    node->set_issued_unix_ns(to_unix_ns(now));
    node->set_expires_unix_ns(to_unix_ns(expires));
    certificates_.push_back(state.ca().certify_node(request, node->name(), now, expires).to_pem());
  }
  const auto checked = hub::IdentityBook::from_message(book);
  if (!checked) throw std::runtime_error("the hub would refuse these identities");
  const Status written =
      write_file(state.identities_path(), hub::encode_identity_file(*checked), 0600);
  if (!written) throw std::runtime_error(written.error());
}

void HubProcess::start(const std::string& config) {
  test::write(folder_ / "hub.toml", "listen = [\"127.0.0.1:0\"]\nsocket_group = \"\"\nsocket = \"" +
                                        socket() + "\"\nstate_folder = \"" + (folder_ / "state") +
                                        "\"\n" + config);
  program_.emplace(
      std::vector<std::string>{PICKET_PROGRAMS "/picket-hub", "--config", folder_ / "hub.toml"},
      folder_ / "log");
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!started()) {
    if (std::chrono::steady_clock::now() > give_up) {
      throw std::runtime_error("the hub does not start:\n" + test::read(folder_ / "log"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

bool HubProcess::started() {
  const std::string log = test::read(folder_ / "log");
  const std::string_view before_port = "address=127.0.0.1:";
  const auto at = log.find(before_port);
  if (at == std::string::npos || log.find("hub started") == std::string::npos) return false;
  port_ = static_cast<uint16_t>(std::stoul(log.substr(at + before_port.size())));
  return true;
}

node::Membership HubProcess::membership(std::size_t index) const {
  return {.hub_id = hub_id_,
          .node = "n" + std::to_string(index),
          .key = must(PrivateKey::from_pem(node_key_)),
          .certificate = must(Certificate::from_pem(certificates_.at(index))),
          .ca = must(Certificate::from_pem(ca_)),
          .addresses = {"127.0.0.1:" + std::to_string(port_)}};
}

TlsCredentials HubProcess::credentials(std::size_t index) const {
  return {certificates_.at(index), node_key_, ca_};
}

NodeProcess::NodeProcess(const HubProcess& hub, std::size_t index)
    : hub_(hub), name_("n" + std::to_string(index)) {
  const auto state = must(node::StateFolder::open(folder_ / "state"));
  const Status saved = state.save(hub.membership(index), false);
  if (!saved) throw std::runtime_error(saved.error());
  test::write(folder_ / "node.toml", "state_folder = \"" + (folder_ / "state") +
                                         "\"\n[events]\nsocket = \"" + (folder_ / "events.sock") +
                                         "\"\n");
  program_.emplace(
      std::vector<std::string>{PICKET_PROGRAMS "/picket-node", "--config", folder_ / "node.toml"},
      folder_ / "log");
}

void NodeProcess::wait_for_source(const std::string& source) const {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const std::vector<std::string> show{
      PICKET_PROGRAMS "/picket", "--socket", hub_.socket(), "show", "--json", name_};
  while (true) {
    const auto shown = test::run(show);
    if (shown.output.find('"' + source + '"') != std::string::npos) return;
    if (std::chrono::steady_clock::now() > give_up) {
      throw std::runtime_error(name_ + " has no " + source + ":\n" + shown.output +
                               test::read(folder_ / "log"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace picket::bench
