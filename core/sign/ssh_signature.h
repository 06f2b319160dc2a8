// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/sign/public_key.h"

namespace hookplan {

// What `ssh-keygen -Y sign -n` must be told. A signature of the same key for anything else, a git
// commit for instance, is in another namespace and does not count.
inline constexpr std::string_view kSshNamespace = "hookplan-approval@v1";

// A signature as OpenSSH makes it (PROTOCOL.sshsig, version 1). In an envelope it stands as its
// bytes without the armour; they begin with a magic word that no raw signature has.
struct SshSignature {
  PublicKey signer;
  std::string signed_data;  // what the signer's key signed
  std::string bytes;        // the raw signature over that, as PublicKey::verifies() takes it
};

bool is_ssh_signature(std::string_view bytes);

// Takes the bytes of a signature apart. `message` is what it should have been made over: its hash
// is part of what was signed. Errors are of kind `plan_file` with code HP7107, also for other
// namespaces, or of kind `key` where the signer's key may not be used.
Result<SshSignature> read_ssh_signature(std::string_view bytes, std::string_view message);

// The bytes in the armour that ssh-keygen writes, with line ends of any system; nothing but the
// armour may be in the text.
Result<std::string> ssh_signature_from_armour(std::string_view text);
bool looks_like_ssh_armour(std::string_view text);

}  // namespace hookplan
