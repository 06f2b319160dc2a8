// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hookplan {

enum class Scope { org, repo };

// `org` has no slash; everything after the first slash is the repository, as Prow reads it.
Scope scope_of(std::string_view entry);
std::string_view organization_of(std::string_view entry);
std::string_view repository_of(std::string_view entry);  // empty for an organization
std::string_view to_string(Scope scope);

// Why no forge can have this name, in words that complete "foo bar: ..."; empty if one may. A name
// ends up in commands, paths and pages, and people must see what it is.
std::string name_problem(std::string_view entry);

// True if `name` fits `pattern`, where `*` stands for any characters but a slash (and a lone `*`
// for every name). ASCII case is ignored, as GitHub does.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace hookplan
