// One far side as a bridge's program makes it of its configuration.
#pragma once

#include <asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/result.h"
#include "integrations/delivery/rules_file.h"
#include "integrations/delivery/sender.h"

namespace picket::bridge {

struct Channel {
  std::string name;  // of a file too: letters, digits and -
  std::unique_ptr<delivery::Sender> sender;
  Milliseconds interval{};  // between two messages, at least
  delivery::RuleBook rules;
};

/// Makes them on the loop that they will run on. The error is a sentence for a person.
using MakeChannels = std::function<Result<std::vector<Channel>>(asio::any_io_executor loop)>;

}  // namespace picket::bridge
