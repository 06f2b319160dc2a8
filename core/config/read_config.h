// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/config/snapshot.h"

namespace hookplan {

// Reads managed_webhooks out of a Prow config. Meaning is Prow's; where Prow would guess (unknown
// fields, duplicate keys, bare keys that change, ...) the config is refused with kind `config` and
// every reason found, up to a limit. The rest of the file may hold any YAML that Prow accepts.
Result<Snapshot> read_config(std::string_view bytes, std::string_view path);

}  // namespace hookplan
