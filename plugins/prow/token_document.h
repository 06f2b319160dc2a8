// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "core/ports/token_format.h"

namespace hookplan {

// A Kubernetes Secret holds 1 MiB; the rest is for whatever else stands in it, such as the ledger.
inline constexpr std::size_t kMaxTokenDocumentBytes =
    (std::size_t{1} << 20) - (std::size_t{16} << 10);

// The document that Prow's hmac tool writes and its hook reads: YAML, a mapping from `*`,
// organizations and repositories to lists of value and created_at. What is read, what is refused
// and what is written, each with its reason: FORMAT.md.
class ProwTokenFormat final : public TokenFormat {
 public:
  // Refuses with HP8001 what is no YAML to Prow or to hookplan's own readers, HP8002 what is no
  // such mapping or has more in it, HP8003 times, HP8004 what can be read in two ways. Messages
  // name the place and never quote.
  Result<TokenDocument> read(const Secret& document, std::string_view name) const override;

  // The bytes that Prow writes for the same tokens. HP8005 if they are more than
  // kMaxTokenDocumentBytes, HP8007 if read() would not get the same tokens from them.
  Result<Secret> write(const TokenMap& tokens) const override;
};

}  // namespace hookplan
