// SPDX-License-Identifier: Apache-2.0
// Any bytes as a signature of ssh, in its armour and without, and as base64: what is accepted has
// one spelling, and only the signatures that were made verify.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/base64.h"
#include "core/base/digest.h"
#include "core/sign/ssh_signature.h"
#include "tests/fuzz/require.h"

namespace hookplan {
namespace {

constexpr std::string_view kMessage = "hookplan\n";

// SHA-256 of the signatures over the message, without armour, in the seeds. Their keys are deleted,
// so that nothing else may verify that says to be by one of them.
constexpr std::array<std::string_view, 3> kGood = {
    "9d7091090c8c581269ae4e7f3c288b4182ace4932fa4164f45184407a58ada00",
    "a9957c0825e7951eccb9aba2528d1389dc9dd00700646875112ec7e1beb0ba92",
    "0f71b9614b8142a25bf2eca6638d20ecaf97103e5021088973659387cfeb4577",
};
constexpr std::array<std::string_view, 2> kSigners = {
    "85a92643440ecaae86fb5a9fa624e90e1d5be1ee9ac2d6ca730ba8720cf18e27",
    "f496d776ec66be222c9c44a07743c3f7db873da863a3e2183f3d0e22b8478ae8",
};

void check_base64(std::string_view text) {
  require(bytes_from_base64(base64(text)) == text);
  const auto bytes = bytes_from_base64(text);
  if (!bytes) return;
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  require(base64(*bytes) == standard);
}

void check_signature(std::string_view bytes) {
  const auto read = read_ssh_signature(bytes, kMessage);
  const bool is_good = std::ranges::find(kGood, sha256_hex(bytes)) != kGood.end();
  require(read.has_value() || !is_good);
  if (!read) return require(!read.error().first().message.empty());
  require(is_ssh_signature(bytes) && !read->bytes.empty());
  require(read->signed_data.starts_with("SSHSIG") &&
          read->signed_data.find(kSshNamespace) != std::string::npos);
  require(!read_ssh_signature(bytes.substr(0, bytes.size() - 1), kMessage).has_value());
  require(!read->signer.verifies(kMessage, read->bytes));
  const bool verifies = read->signer.verifies(read->signed_data, read->bytes);
  require(verifies || !is_good);
  // An ECDSA signature has a second form that is as good; so only the signer is known.
  if (verifies) {
    require(std::ranges::find(kSigners, read->signer.id()) != kSigners.end());
    const auto other = read_ssh_signature(bytes, "another message");
    require(other && !other->signer.verifies(other->signed_data, other->bytes));
  }
}

void check_armour(std::string_view text) {
  const auto bytes = ssh_signature_from_armour(text);
  require(looks_like_ssh_armour(text) || !bytes.has_value());
  if (!bytes) return;
  require(is_ssh_signature(*bytes));
  check_signature(*bytes);
}

}  // namespace
}  // namespace hookplan

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookplan;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_base64(bytes);
  check_armour(bytes);
  check_signature(bytes);
  const auto again = ssh_signature_from_armour("-----BEGIN SSH SIGNATURE-----\n" + base64(bytes) +
                                               "\n-----END SSH SIGNATURE-----\n");
  require(again.has_value() == is_ssh_signature(bytes) && (!again || *again == bytes));
  return 0;
}
