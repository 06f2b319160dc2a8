// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/base/code.h"

namespace hookplan {

// Which of the two revisions a diagnostic speaks of; `none` for everything else.
enum class Side { none, before, after };

struct Location {
  std::string path = {};
  std::uint32_t line = 0;    // from 1; 0 means the file as a whole
  std::uint32_t column = 0;  // from 1, in bytes; 0 means the line as a whole
  Side side = Side::none;
};

// One thing to tell the user: what is wrong and with which value (lower case, no full stop), where,
// and what to do about it. Texts may quote untrusted input; whoever prints them sanitises them.
struct Diagnostic {
  Code code = Code::internal_error;
  Severity severity = Severity::error;
  std::string message = {};
  std::string hint = {};
  std::string field = {};  // "managed_webhooks.org_repo_config.foo/bar", empty if there is none
  std::string entry = {};  // the entry it concerns, empty if there is none
  Location where = {};
};

// A diagnostic of the severity that the catalog gives to the code.
Diagnostic diagnose(Code code, std::string message, std::string hint = {});

}  // namespace hookplan
