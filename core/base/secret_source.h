// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace hookplan {

inline constexpr std::size_t kMaxSecretBytes = std::size_t{16} << 10;
inline constexpr std::size_t kMaxPassphraseBytes = 1'024;

// Where a secret is. A secret never comes as a value on the command line.
struct SecretSource {
  enum class Kind { file, environment, descriptor };
  Kind kind = Kind::file;
  std::string name = {};  // path, variable, or number
};

// "file:PATH", "env:NAME", "fd:NUMBER", or the path of something that is there; anything else is an
// error of kind `usage` that does not repeat the text, because it may be the secret. `option` names
// the place in the message.
Result<SecretSource> secret_source(std::string_view option, std::string_view text);

// The secret, at most kMaxSecretBytes; errors are of kind `key`. A file must be a regular one that
// belongs to the user or to root, that no group may write and that others may neither read nor
// write. A variable is removed from the environment, so that no child inherits it. A descriptor is
// read to its end; a terminal is refused, so that nothing waits for a person or shows what is
// typed.
Result<Secret> read_secret(const SecretSource& source);

// The same without the line break at the end that editors and echo add.
Result<Secret> read_passphrase(const SecretSource& source);

// "file planner.key", "variable PLANNER_KEY", "descriptor 3": for messages, not sanitised.
std::string to_string(const SecretSource& source);

}  // namespace hookplan
