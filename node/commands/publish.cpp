#include "node/commands/allowlist.h"
#include "picket/v1/model.pb.h"

namespace picket::node {
namespace {

struct RulePublisher {
  const Parameter& parameter;
  v1::CommandParameter& row;

  void operator()(const OneOf& rule) const {
    for (const std::string& value : rule.values) row.mutable_one_of()->add_values(value);
  }
  void operator()(const Matching& rule) const {
    row.mutable_matching()->set_pattern(rule.pattern.text());
    row.mutable_matching()->set_bytes_max(static_cast<uint32_t>(rule.bytes_max));
    row.mutable_matching()->set_allow_empty(parameter.allow_empty);
  }
  void operator()(const WholeNumber& rule) const {
    row.mutable_whole_number()->set_min(rule.min);
    row.mutable_whole_number()->set_max(rule.max);
  }
  void operator()(const PathUnder& rule) const { row.set_path_under(rule.folder); }
};

void publish(const Parameter& parameter, v1::CommandParameter& row) {
  row.set_name(parameter.name);
  row.set_description(parameter.description);
  if (parameter.default_value) row.set_default_value(*parameter.default_value);
  row.set_allow_leading_dash(parameter.allow_leading_dash);
  std::visit(RulePublisher{parameter, row}, parameter.rule);
}

}  // namespace

v1::Commands published(const Allowlist& commands) {
  v1::Commands published;
  for (const auto& [label, command] : commands) {
    v1::Command& row = *published.add_rows();
    row.set_label(label);
    row.set_description(command.description);
    row.set_read_only(command.read_only);
    if (command.timeout) row.set_timeout_ms(static_cast<uint64_t>(command.timeout->count()));
    for (const Parameter& parameter : command.parameters) publish(parameter, *row.add_parameters());
  }
  return published;
}

}  // namespace picket::node
