#include "client/lib/json_rows.h"

namespace picket::json {

Json value_of(const v1::CommandParameter& parameter) {
  Json object = Json::object();
  put_text(object, "name", parameter.name());
  put_text(object, "description", parameter.description());
  if (parameter.has_default_value()) object["default_value"] = parameter.default_value();
  object["allow_leading_dash"] = parameter.allow_leading_dash();
  switch (parameter.rule_case()) {
    case v1::CommandParameter::kOneOf:
      object["one_of"] = {{"values", list_of_texts(parameter.one_of().values())}};
      break;
    case v1::CommandParameter::kMatching:
      object["matching"] = {{"pattern", parameter.matching().pattern()},
                            {"bytes_max", parameter.matching().bytes_max()},
                            {"allow_empty", parameter.matching().allow_empty()}};
      break;
    case v1::CommandParameter::kWholeNumber:
      object["whole_number"] = {{"min", parameter.whole_number().min()},
                                {"max", parameter.whole_number().max()}};
      break;
    case v1::CommandParameter::kPathUnder: object["path_under"] = parameter.path_under(); break;
    case v1::CommandParameter::RULE_NOT_SET: break;
  }
  return object;
}

Json value_of(const v1::Command& command) {
  Json object = Json::object();
  put_text(object, "label", command.label());
  put_text(object, "description", command.description());
  object["read_only"] = command.read_only();
  put_known(object, "timeout_ms", command.timeout_ms());
  object["parameters"] = list_of(command.parameters());
  return object;
}

Json value_of(const v1::Commands& commands) {
  Json object = Json::object();
  object["rows"] = list_of(commands.rows());
  object["errors"] = list_of_texts(commands.errors());
  put_text(object, "instance_id", commands.instance_id());
  return object;
}

}  // namespace picket::json
