// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cmd/command_line.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/sign/policy.h"
#include "core/sign/private_key.h"
#include "core/sign/public_key.h"

namespace hookplan {

// The private key that an option names (file:, env:, fd:), with the passphrase of --passphrase if
// it is encrypted; a person at the terminal is asked for that where the option is missing.
Result<PrivateKey> private_key_of(const CommandLine& line, std::string_view option);

// The passphrase that --passphrase names; empty without the option.
Result<Secret> passphrase_of(const CommandLine& line);

// The public key in the file that an option names.
Result<PublicKey> public_key_of(const CommandLine& line, std::string_view option);

// The policy of --policy FILE, --policy-at REVISION or --key PUB; exactly one of them.
Result<Policy> policy_of(const CommandLine& line);

// The length of --valid-for, a day without the option.
Result<std::chrono::seconds> validity_of(const CommandLine& line);

// An error unless the option is there.
Result<void> require_option(const CommandLine& line, std::string_view option);

}  // namespace hookplan
