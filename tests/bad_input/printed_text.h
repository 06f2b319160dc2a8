// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hookplan::bad_input {

// What can be read out of the complaints of hookplan, as text and as JSON.

struct Place {
  unsigned line = 0;
  unsigned column = 0;  // 0: not named
};

// The code that is printed first ("HP1108"); empty if there is none.
std::string first_code(std::string_view text);

// The place of the complaint that is printed first.
Place first_place(std::string_view text);

// True if some complaint says what to do.
bool names_a_fix(std::string_view text);

// The first line that a terminal or a CI runner would take for more than text; empty if none.
std::string unsafe_line(std::string_view text);

}  // namespace hookplan::bad_input
