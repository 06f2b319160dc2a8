// SPDX-License-Identifier: Apache-2.0
#include "core/config/entry_name.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

// Long enough for any forge, and still one path component on every file system.
constexpr std::size_t kLongestPart = 255;

// What a shell or a pattern gives a meaning. Names are data, whatever command they stand in.
constexpr std::string_view kSpecial = " *?[]{}()<>|&;$`\"'\\!#^";

}  // namespace

Scope scope_of(std::string_view entry) {
  return entry.find('/') == std::string_view::npos ? Scope::org : Scope::repo;
}

std::string_view organization_of(std::string_view entry) {
  return entry.substr(0, entry.find('/'));
}

std::string_view repository_of(std::string_view entry) {
  const std::size_t slash = entry.find('/');
  return slash == std::string_view::npos ? std::string_view() : entry.substr(slash + 1);
}

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::org: return "org";
    case Scope::repo: return "repo";
  }
  throw std::logic_error("no such scope");
}

std::string name_problem(std::string_view entry) {
  if (entry.empty()) return "the name is empty";
  if (entry == "*") return "`*` is the key of the global token in Prow's store, not an entry";
  if (entry.front() == '-') return "a name that begins with a hyphen would be taken for an option";
  for (std::string_view rest = entry; !rest.empty();) {
    const DecodedCharacter c = decode_utf8(rest);
    if (c.size == 0) return "the name is not UTF-8";
    if (is_deceptive(c.value)) return "it has a character that cannot be seen";
    if (kSpecial.find(rest.front()) != std::string_view::npos) {
      return fmt::format("`{}` means something to shells or in patterns", rest.front());
    }
    rest.remove_prefix(c.size);
  }
  for (std::string_view rest = entry;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty()) return "nothing stands before or after a slash";
    if (part == "." || part == "..") return "`.` and `..` are not names";
    if (part.size() > kLongestPart) return "a part of it has more than 255 characters";
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern == "*") return true;
  const std::string wanted = ascii_lower(pattern);
  const std::string given = ascii_lower(name);
  // Two positions to return to when a later part does not fit: linear for one star, never
  // exponential.
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string::npos;
  std::size_t resume = 0;
  while (n < given.size()) {
    if (p < wanted.size() && wanted[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < wanted.size() && wanted[p] == given[n]) {
      ++p;
      ++n;
    } else if (star != std::string::npos && given[resume] != '/') {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < wanted.size() && wanted[p] == '*') ++p;
  return p == wanted.size();
}

}  // namespace hookplan
