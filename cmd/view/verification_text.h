// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cmd/view/styled_text.h"
#include "core/sign/verify.h"

namespace hookplan {

// The verification for a person: a line a signature, a line a role, the verdict last. Problems and
// warnings are not repeated here; see to_text() of diagnostics.
std::string to_text(const Verification& verification, const TextStyle& style);

// The same for programs, problems included: canonical JSON and a line feed. core/sign/FORMAT.md
// describes it.
std::string to_json(const Verification& verification, int exit_code);

}  // namespace hookplan
