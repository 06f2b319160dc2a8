// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/config/route.h"

namespace hookplan {

// The half of a plugin that is pure data: with it `check` and `plan` judge types, fields and names
// offline. plugins/plugin.h has the half that acts.

enum class PartKind { forge, receiver, store };

// What a field may hold.
enum class FieldKind {
  text,
  url,            // https, or http to this machine; without user name, query and fragment
  path,           // of a file on the machine that applies
  duration,       // a number and s, m, h or d
  flag,           // true or false
  secret_source,  // where a secret is: file:PATH, env:NAME or fd:N
};

enum class FieldUse {
  identity,  // tells one system from another: part of the route, shown and signed
  access,    // how we log in: never in a plan, free to differ from machine to machine
};

struct FieldSpec {
  std::string_view name;  // not `name`, `type` or `store`
  FieldKind kind = FieldKind::text;
  FieldUse use = FieldUse::identity;
  bool is_required = false;
  std::string_view what = {};  // one line for people
  // Of text and paths: why the service could not have such a value, in words that complete
  // "namespace Foo ..."; empty if it can. Null pointer: it takes any.
  std::string (*problem_with)(std::string_view value) = nullptr;
};

// What a forge demands of an entry's name, beside name_problem() of every forge.
struct NameRules {
  std::string_view forge = {};  // "GitHub"
  // Why it cannot have the entry, in words that complete "foo bar: ..."; empty if it can.
  std::string (*problem_with)(std::string_view entry) = nullptr;
  bool is_case_sensitive = false;  // two spellings are two entries
};

struct PluginType {
  PartKind kind = PartKind::forge;
  std::string_view type = {};  // as the settings have it
  std::string_view what = {};  // one line for people
  std::span<const FieldSpec> fields = {};
  const NameRules* names = nullptr;  // of a forge; null pointer: none of its own
  std::string_view example = {};     // lines to copy, such as the role that it needs
};

// The types that a build serves.
struct PluginTypes {
  std::vector<PluginType> all = {};
  // Where no route says which forge has an entry. Prow knows GitHub only.
  const NameRules* usual_names = nullptr;

  // Null pointer if this build does not serve it.
  const PluginType* find(PartKind kind, std::string_view type) const;
  std::vector<std::string_view> of_kind(PartKind kind) const;
  // Of the forge of the route (null pointer: no route). Never fails: a forge that is not known here
  // has the rules of every forge.
  const NameRules& names_on(const Route* route) const;
};

// Refuses (HP4004) what the fields of the part cannot be. What a plan or a ledger names was judged
// by the build that wrote it, if at all, and it becomes part of URLs.
Result<void> check_fields(const Part& part, std::span<const FieldSpec> fields);

std::string_view to_string(PartKind kind);
std::string_view to_string(FieldKind kind);

}  // namespace hookplan
