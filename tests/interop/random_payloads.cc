// SPDX-License-Identifier: Apache-2.0
#include "tests/interop/random_payloads.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "core/sign/envelope.h"
#include "tests/generate/random_choice.h"

namespace hookplan::interop {
namespace {

using generate::below;
using generate::one_in;
using generate::percent;
using generate::pick;
using namespace std::string_view_literals;

constexpr std::size_t kMaxBytes = 10'000;

constexpr std::array kTypes = {"http://example.com/HelloWorld"sv,
                               "x"sv,
                               "a 5 b"sv,
                               " "sv,
                               "29 http://example.com/HelloWorld"sv,
                               "application/json; charset=utf-8"sv,
                               "\"quoted\" \\ /"sv};
constexpr std::array kLongTypes = {"h\u00f6\u00f6kplan"sv, "\u30d5\u30c3\u30af"sv, "\U0001f511"sv};

constexpr std::array kPieces = {"\0"sv,
                                "\n"sv,
                                "\r\n"sv,
                                "\r"sv,
                                "\t"sv,
                                "\u2028"sv,
                                "\u0085"sv,
                                "\ufeff"sv,
                                "\u00e4"sv,
                                "e\u0308"sv,
                                "\u202e"sv,
                                "\u65e5\u672c"sv,
                                "\U0001f511"sv,
                                "\xff"sv,
                                "\xc0\x80"sv,
                                "\xed\xa0\x80"sv,
                                "DSSEv1 "sv,
                                "DSSEv1 29 http://example.com/HelloWorld 11 hello world"sv,
                                " 28 "sv,
                                "application/vnd.in-toto+json"sv,
                                "{\"_type\":\"https://in-toto.io/Statement/v1\"}"sv,
                                "{\"payload\":\"e30=\",\"payloadType\":\"x\",\"signatures\":[]}"sv,
                                "\\u0000"sv,
                                "\""sv,
                                "}"sv,
                                "-----BEGIN SSH SIGNATURE-----\n"sv,
                                "SSHSIG"sv,
                                "--- a\n"sv,
                                "0"sv,
                                "%s"sv};

std::string any_bytes(std::mt19937_64& random, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += static_cast<char>(below(random, 256));
  return bytes;
}

std::string from_pieces(std::mt19937_64& random, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) {
    if (one_in(random, 3)) bytes += any_bytes(random, 1);
    bytes += pick(random, kPieces);
  }
  return bytes;
}

std::string one_line(std::mt19937_64& random, std::size_t size) {
  return std::string(size, static_cast<char>('a' + below(random, 26)));
}

// PAE of something else, so that type and payload could be mistaken for each other.
std::string looks_signed(std::mt19937_64& random, std::size_t size) {
  const std::string inner = from_pieces(random, size);
  return signed_bytes(pick(random, kTypes), inner);
}

std::string random_type(std::mt19937_64& random) {
  if (percent(random, 60)) return std::string(kPayloadType);
  if (one_in(random, 4)) return std::string(pick(random, kLongTypes));
  return std::string(pick(random, kTypes));
}

// Sizes around those where lengths get a digit more, and where blocks of hashes and base64 end.
std::size_t random_size(std::mt19937_64& random) {
  constexpr std::array kEdges = {0,  1,  2,  3,   9,   10,  55,  56,   63,
                                 64, 65, 99, 100, 127, 128, 999, 1000, 9999};
  if (one_in(random, 3)) return static_cast<std::size_t>(pick(random, kEdges));
  const std::size_t bound = one_in(random, 2) ? kMaxBytes : 300;
  return below(random, bound);
}

}  // namespace

Payload random_payload(std::mt19937_64& random) {
  Payload payload;
  payload.type = random_type(random);
  const std::size_t size = random_size(random);
  switch (below(random, 4)) {
    case 0: payload.bytes = any_bytes(random, size); break;
    case 1: payload.bytes = one_line(random, size); break;
    case 2: payload.bytes = looks_signed(random, size); break;
    default: payload.bytes = from_pieces(random, size); break;
  }
  return payload;
}

}  // namespace hookplan::interop
