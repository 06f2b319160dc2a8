// SPDX-License-Identifier: Apache-2.0
#include "core/config/route_json.h"

namespace hookplan {
namespace {

// Name and type stand among the fields, so no field may be called like them; so does the store of a
// receiver.
void write_part(JsonWriter& json, const Part& part, bool is_named, const Part* store = nullptr) {
  FieldMap members = part.fields;
  if (is_named) members["name"] = part.name;
  if (is_named || !part.type.empty()) members["type"] = part.type;
  if (store != nullptr) members["store"];
  json.begin_object();
  for (const auto& [name, value] : members) {
    json.key(name);
    if (store != nullptr && name == "store") {
      write_part(json, *store, false);
    } else {
      json.string(value);
    }
  }
  json.end_object();
}

Part read_part(const JsonNode& node, bool is_named) {
  Part part;
  if (is_named) part.name = node.at("name").text();
  node.each_member([&](const std::string& name, const JsonNode& value) {
    if (name == "type") {
      part.type = value.text();
    } else if (!is_named || (name != "name" && name != "store")) {
      part.fields.emplace(name, value.text());
    }
  });
  if (is_named) node.at("type");
  return part;
}

}  // namespace

void write_route(JsonWriter& json, const Route& route) {
  json.begin_object();
  json.key("events").begin_array();
  for (const std::string& event : route.events) json.string(event);
  json.end_array();
  write_part(json.key("forge"), route.forge, true);
  write_part(json.key("receiver"), route.receiver, true, &route.store);
  json.end_object();
}

Route read_route(const JsonNode& node) {
  node.has_exactly({"events", "forge", "receiver"});
  Route route;
  route.events = node.at("events").list([](const JsonNode& event) { return event.text(); });
  route.forge = read_part(node.at("forge"), true);
  route.receiver = read_part(node.at("receiver"), true);
  route.store = read_part(node.at("receiver").at("store"), false);
  return route;
}

void write_service(JsonWriter& json, const Part& part) { write_part(json, part, false); }

Part read_service(const JsonNode& node) {
  node.at("type");
  return read_part(node, false);
}

}  // namespace hookplan
