// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hookplan {

using FieldMap = std::map<std::string, std::string, std::less<>>;

// One system as the settings describe it: what they call it, which plugin serves it, and the fields
// that tell it from others of its type. No part of it is secret.
struct Part {
  std::string name = {};  // empty for a token store, which is its receiver's
  std::string type = {};
  FieldMap fields = {};  // every identity field of the type; those that are not given are empty

  // Empty if there is none of that name.
  std::string_view field(std::string_view field_name) const;
  bool operator==(const Part&) const = default;
};

// Where an entry's deliveries come from and go to, and where its tokens live: what the routes of
// the settings file say for it.
struct Route {
  Part forge = {};
  Part receiver = {};
  Part store = {};
  std::vector<std::string> events = {};  // sorted

  // Where deliveries go. For some receivers a token is added to it.
  std::string_view url() const { return receiver.field("url"); }
  bool operator==(const Route&) const = default;
};

// Whether the routes are known to lead from different services. Two names of one service are
// likelier than one URL on two services.
bool are_on_other_services(const Route& one, const Route& other);

}  // namespace hookplan
