// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace hookplan::oracle {

// The section managed_webhooks of a Prow config.yaml as Prow itself understands it.
struct ProwReading {
  bool accepted = false;
  std::string error;  // why not; the wording is the oracle's own
  bool respect_legacy_global_token = false;
  bool auto_accept_invitation = false;
  bool section_present = false;  // also if the section is null
  // Name -> token_created_after as RFC 3339 in UTC; the zero time is 0001-01-01T00:00:00Z.
  std::map<std::string, std::string> entries;
  // Neither `accepted` nor the entries can be relied on: two YAML keys of one mapping became the
  // same JSON key (1 and "1") and Prow keeps either at random; or the file begins with two byte
  // order marks, which is not modelled.
  bool ambiguous = false;
};

ProwReading read_like_prow(std::string_view bytes);

}  // namespace hookplan::oracle
