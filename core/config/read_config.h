// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/result.h"
#include "core/config/snapshot.h"

namespace hookplan {

// Reads managed_webhooks out of a Prow config. Meaning is Prow's; where Prow would guess (unknown
// fields, duplicate keys, bare keys that change, ...) the config is refused with kind `config` and
// every reason found, up to a limit. The rest of the file may hold any YAML that Prow accepts.
//
// Entries in the plain form, and other parts of the file that are, are read without a YAML reader
// where that cannot make a difference (core/yaml/section_scan.h); `notes` says how far that went.
struct ScanNotes {
  std::size_t plain_entries = 0;
  std::size_t plain_lines = 0;      // of the rest of the file
  std::uint32_t declined_line = 0;  // the first line that a YAML reader had to read; 0: none
  std::string_view reason = {};
};
Result<Snapshot> read_config(std::string_view bytes, std::string_view path,
                             ScanNotes* notes = nullptr);

// The same for a config that is history: nobody can mend it any more, and Prow has acted on it.
// What Prow passed over (an unknown field, a bare key that is a boolean, the first of two equal
// keys) is read as Prow read it, and said as a warning. Everything else is refused as above.
Result<Snapshot> read_past_config(std::string_view bytes, std::string_view path,
                                  ScanNotes* notes = nullptr);

// Whether mistakes that Prow passes over are refused, or read as it read them.
enum class Reading { present, past };

// Both by the YAML readers alone: what they must agree with.
Result<Snapshot> read_config_by_reference(Reading reading, std::string_view bytes,
                                          std::string_view path);

}  // namespace hookplan
