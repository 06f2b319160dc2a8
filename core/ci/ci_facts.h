// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace hookplan {

using CiEnvironment = std::map<std::string, std::string, std::less<>>;

// The largest event file that is read: GitHub's payloads have 25 MB at most.
inline constexpr std::size_t kMaxEventBytes = std::size_t{32} << 20;

// What a CI system says, by name: a variable (`GITHUB_SHA`), a field of the event file
// (`event.before`), a field of Prow's JOB_SPEC (`spec.refs.base_link`); items of lists by number.
class CiFacts {
 public:
  // `event` are the bytes of the event file at `path`; both are empty where there is none. An error
  // (HP8502) if it, or JOB_SPEC, is not a JSON object.
  static Result<CiFacts> read(CiEnvironment environment, std::string_view event,
                              std::string_view path);

  // The value; empty if there is none, and for what is not a text, a number or a boolean.
  std::string get(std::string_view name) const;

  // `NAME` (it is there and not empty) and `NAME=value`, separated by blanks: all of them hold.
  bool hold(std::string_view conditions) const;

 private:
  CiEnvironment environment_;
  JsonValue event_;
  JsonValue spec_;
};

}  // namespace hookplan
