// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/base/result.h"

namespace hookplan {

// The annotation of the secret: what is true of its versions, and what a run is about to do. Every
// change of it names the etag that was read, so it is what keeps runs apart: Secret Manager itself
// compares nothing when a version is added.
struct StoreState {
  static constexpr std::string_view kAnnotation = "hookplan";

  // A new version is announced before it is added, because adding is publishing. It counts as soon
  // as a version after `base` holds the document that its ledger was written for.
  struct Pending {
    std::int64_t base = 0;
    std::vector<std::int64_t> ledger = {};
    Instant until = {};  // no later than that it can still arrive
  };

  std::vector<std::int64_t> ledger = {};  // the versions that together are the ledger's value
  std::vector<std::int64_t> old = {};     // versions of the tokens that are to be destroyed
  std::optional<Pending> pending = {};
};

std::string to_json(const StoreState& state);

// `text`: of the annotation; empty if there is none. Refuses (HP8016) what it does not understand
// in full.
Result<StoreState> store_state(std::string_view text, std::string_view name);

}  // namespace hookplan
