// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/diagnostic.h"
#include "core/base/json.h"

namespace hookplan {

// One diagnostic as every JSON document of ours has it.
void write_diagnostic(JsonWriter& json, const Diagnostic& diagnostic);

// A list of them.
void write_diagnostics(JsonWriter& json, const std::vector<Diagnostic>& diagnostics);

}  // namespace hookplan
