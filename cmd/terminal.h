// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace hookplan {

// Somebody can be asked: standard input and standard error are a terminal, and this program is the
// one that may read from it. Otherwise asking would wait for ever.
bool has_person();

// Asks on standard error and reads one line without its end; nothing at the end of input.
// REQUIRES: has_person().
std::optional<std::string> ask(std::string_view question);

// The same without showing what is typed.
std::optional<Secret> ask_secret(std::string_view question);

}  // namespace hookplan
