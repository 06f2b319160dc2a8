// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>

namespace hookplan::interop {

// What to sign: bytes and what they are said to be.
struct Payload {
  std::string type = {};
  std::string bytes = {};
};

// Up to some 10 kB of what implementations could disagree about: nothing at all, any bytes, NUL,
// line breaks of all kinds, UTF-8 of all lengths, huge lines, and text that looks like PAE, like
// JSON or like an envelope. Types are often the one of plans, else any text without control bytes,
// seldom one whose bytes are more than its characters.
Payload random_payload(std::mt19937_64& random);

}  // namespace hookplan::interop
