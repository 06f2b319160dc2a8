// SPDX-License-Identifier: Apache-2.0
// The digests that approvals are bound to. The expected values were computed with sha256sum over
// the bytes that core/plan/FORMAT.md describes; if one of them changes, every stored approval is
// void.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/digest.h"
#include "core/plan/digests.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

std::string from_bytes(const std::string& file) {
  return "sha256:" + sha256_hex(fixtures::content_of(std::string(HOOKPLAN_SOURCE) +
                                                     "/testdata/digests/" + file));
}

EntryState threshold(std::string_view text) { return {*instant_from_rfc3339(text), std::nullopt}; }

Change change_of(ChangeKind kind, std::string entry, std::optional<EntryState> before,
                 std::optional<EntryState> after) {
  Change change;
  change.kind = kind;
  change.entry = std::move(entry);
  change.before = std::move(before);
  change.after = std::move(after);
  return change;
}

std::vector<Change> five_changes() {
  const EntryState newer = threshold("2026-09-01T09:00:00Z");
  return {change_of(ChangeKind::remove, "foo/bar", threshold("2018-10-02T15:00:00Z"), std::nullopt),
          change_of(ChangeKind::onboard, "foo/bax", std::nullopt, newer),
          change_of(ChangeKind::rotate, "foo/baz", threshold("2019-10-02T15:00:00Z"), newer),
          change_of(ChangeKind::onboard, "quux", std::nullopt, newer),
          change_of(ChangeKind::rotate, "qux", threshold("2017-10-02T15:00:00Z"), newer)};
}

TEST_CASE("the digest of a change is that of its documented bytes") {
  const Change first = five_changes()[2];
  CHECK(change_digest(first) == from_bytes("rotate.txt"));
  CHECK(change_digest(first) ==
        "sha256:22aa2cd442d8ea619db18ec82855b8a8e58ee3236fca886c1f8878083ce45a3d");
  const Change later = change_of(ChangeKind::rotate, "foo/baz", threshold("2026-09-01T09:00:00Z"),
                                 threshold("2026-09-03T09:00:00Z"));
  CHECK(change_digest(later) ==
        "sha256:d980691ddce5539fbafb45e92c96bbadf911a2f8bbe3ee079e61f0aac7e7e4f8");
  const Change composed =
      change_of(ChangeKind::rotate, "foo/baz", threshold("2019-10-02T15:00:00Z"),
                threshold("2026-09-03T09:00:00Z"));
  CHECK(change_digest(composed) ==
        "sha256:2a2ced30bb518cf1158a226bf62a392abd7b24c412216668fec6e9e302ed548d");
}

TEST_CASE("the digest of a routed change covers its route") {
  EntryState state = threshold("2026-09-01T09:00:00Z");
  state.route = Route{{"github", "github", {{"api", "https://api.github.com"}}},
                      {"prow", "prow", {{"url", "https://prow.example.com/hook"}}},
                      {"", "file", {{"path", "hmac.yaml"}}},
                      {"*"}};
  const Change change = change_of(ChangeKind::onboard, "foo/bax", std::nullopt, state);
  CHECK(change_digest(change) == from_bytes("routed.txt"));
  CHECK(change_digest(change) ==
        "sha256:08a80c89a028f234c687d9d3b3a5df0394f3fd96259a1ca288a6e102b09f3b8e");
}

TEST_CASE("the intent digest is that of its documented bytes") {
  CHECK(intent_digest("config/prow/config.yaml", five_changes(), {}) == from_bytes("intent.txt"));
  CHECK(intent_digest("config/prow/config.yaml", five_changes(), {}) ==
        "sha256:821fd653392184d0ea8275581b39e0934c3fdfcd2066c61c7142510000098512");
  const std::vector<SettingChange> settings = {
      {"respect_legacy_global_token", true, false, {}, {}, {}}};
  CHECK(intent_digest("config.yaml", {}, settings) == from_bytes("setting.txt"));
  CHECK(intent_digest("config.yaml", {}, settings) ==
        "sha256:f3943f60fe228f5c976d4b0ca35fef3bf996b1180f04e8abf89725c9c93b8e88");
  CHECK(intent_digest("config.yaml", {}, {}) != intent_digest("other.yaml", {}, {}));
}

}  // namespace
}  // namespace hookplan
