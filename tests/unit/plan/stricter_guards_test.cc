// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/plan/guards.h"

namespace hookplan {
namespace {

TEST_CASE("of two guards each part counts that is stricter, whichever comes first") {
  const Guards lax{50, 100, {"a/*"}, true};
  const Guards strict{2, 5, {"b", "a/*"}, false};
  for (const auto& [one, other] : {std::pair{lax, strict}, std::pair{strict, lax}}) {
    const Guards both = stricter_of(one, other);
    CHECK(both.most_removals == 2);
    CHECK(both.most_removals_percent == 5);
    CHECK(both.protected_entries.size() == 2);
    CHECK(is_protected(both, "a/x"));
    CHECK(is_protected(both, "b"));
    CHECK_FALSE(both.allow_empty);
  }
  const Guards mixed = stricter_of({1, 100, {}, true}, {50, 5, {}, true});
  CHECK(mixed.most_removals == 1);
  CHECK(mixed.most_removals_percent == 5);
  CHECK(mixed.allow_empty);
}

}  // namespace
}  // namespace hookplan
