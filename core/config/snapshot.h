// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/base/instant.h"

namespace hookplan {

// Where something stands in its file: lines from 1, both included; 0 where it does not stand there.
struct LineRange {
  std::uint32_t line = 0;
  std::uint32_t end_line = 0;

  bool operator==(const LineRange&) const = default;
};

// One key of org_repo_config.
struct Entry {
  std::string name = {};
  Instant token_created_after = kZeroInstant;
  LineRange lines = {};
};

// A boolean of the section; `lines` is empty where the default counts.
struct Flag {
  bool value = false;
  LineRange lines = {};
};

// `missing`: no key of that name; `empty`: the section or its list of entries has no content.
enum class SectionState { missing, empty, filled };

// What managed_webhooks means at one revision.
struct Snapshot {
  SectionState state = SectionState::missing;
  LineRange section = {};
  Flag respect_legacy_global_token = {};
  Flag auto_accept_invitation = {};
  std::vector<Entry> entries = {};           // sorted by the bytes of the name, no name twice
  std::vector<Diagnostic> diagnostics = {};  // warnings found while reading
};

}  // namespace hookplan
