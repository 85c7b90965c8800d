// Users by getpwuid_r(3) and getpwnam_r(3), on the helper thread for what may block.
#pragma once

#include <asio/any_io_executor.hpp>

#include <cstdint>

#include "common/worker.h"
#include "node/collectors/name_lookup.h"

namespace picket::node {

class NssLookup final : public NameLookup {
 public:
  NssLookup(asio::any_io_executor loop, Worker& worker);
  void lookup(uint32_t uid, Done done) override;
  void lookup_uid(const std::string& name, UidDone done) override;

 private:
  asio::any_io_executor loop_;
  Worker& worker_;
};

/// The name of `uid`; blocks.
std::optional<std::string> find_user_name(uint32_t uid);
/// The uid of the user called `name`; blocks.
std::optional<uint32_t> find_uid(const std::string& name);

}  // namespace picket::node
