// Rows of a node's resources, how they change, and the events about them, as JSON: the same names
// as in proto/.
#pragma once

#include "common/json_fields.h"
#include "picket/v1/model.pb.h"

namespace picket::json {

Json value_of(const v1::NodeFacts& facts);
Json value_of(const v1::Session& session);
Json value_of(const v1::SessionsChange& change);
Json value_of(const v1::WireguardInterface& interface);
Json value_of(const v1::WireguardPeer& peer);
Json value_of(const v1::WireguardRows& rows);
Json value_of(const v1::WireguardChange& change);
Json value_of(const v1::CommandParameter& parameter);
Json value_of(const v1::Command& command);
Json value_of(const v1::Commands& commands);

Json value_of(const v1::NodeEvent& event);
Json value_of(const v1::WireguardEvent& event);
Json value_of(const v1::LocalEvent& event);

template <typename Texts>
Json list_of_texts(const Texts& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

template <typename Rows>
Json list_of(const Rows& rows) {
  Json list = Json::array();
  for (const auto& row : rows) list.push_back(value_of(row));
  return list;
}

}  // namespace picket::json
