// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/base/instant.h"
#include "core/config/entry_name.h"
#include "core/config/settings.h"
#include "core/config/snapshot.h"

namespace hookplan {

// What happened to an entry between two revisions, in the order in which a reviewer reads them.
enum class ChangeKind { remove, reroute, rotate, onboard, relax };

// What one revision says of an entry.
struct EntryState {
  Instant token_created_after = kZeroInstant;
  std::optional<Route> route = {};  // where settings describe one

  bool operator==(const EntryState&) const = default;
};

enum class RelationKind {
  case_rename,  // the other entry differs only in case: one hook on GitHub
  move,         // the other entry is the same repository of another organization
  rename,       // of this owner, or of all owners, nothing else goes and nothing else comes
};

struct Relation {
  RelationKind kind = RelationKind::move;
  std::string entry = {};

  bool operator==(const Relation&) const = default;
};

// How far a change can be undone, in words.
struct Reversibility {
  std::string until = {};
  std::string how = {};

  bool operator==(const Reversibility&) const = default;
};

struct Change {
  ChangeKind kind = ChangeKind::onboard;
  std::string entry = {};
  std::optional<EntryState> before = {};  // nothing where it is onboarded
  std::optional<EntryState> after = {};   // nothing where it is removed
  LineRange lines_before = {};
  LineRange lines_after = {};
  std::optional<Relation> relation = {};
  bool is_protected = false;
  std::string digest = {};  // see change_digest()
  std::string reason = {};
  std::string consequence = {};
  Reversibility reversible = {};

  Scope scope() const { return scope_of(entry); }
  // The entry's hook goes away. Not so where only the spelling of the name changes.
  bool ends_hook() const {
    return kind == ChangeKind::remove && !(relation && relation->kind == RelationKind::case_rename);
  }
};

// A change of respect_legacy_global_token or auto_accept_invitation.
inline constexpr std::string_view kRespectGlobalToken = "respect_legacy_global_token";

struct SettingChange {
  std::string name = {};
  bool before = false;
  bool after = false;
  LineRange lines_before = {};
  LineRange lines_after = {};
  std::string consequence = {};
};

enum class GuardResult { pass, block };

struct GuardVerdict {
  std::string id = {};        // max_removals, protected, empty_section
  std::string limit = {};     // what is allowed, in words
  std::string observed = {};  // what the plan does, in words
  GuardResult result = GuardResult::pass;
  std::string remedy = {};  // empty where it passes
};

struct Summary {
  std::int64_t onboard = 0;
  std::int64_t rotate = 0;
  std::int64_t remove = 0;
  std::int64_t reroute = 0;
  std::int64_t relax = 0;
  std::int64_t unchanged = 0;  // entries of both revisions without any change, as far as read

  bool operator==(const Summary&) const = default;
};

struct FileProvenance {
  std::string blob = {};
  std::string sha256 = {};  // empty if the file was not read: the config of both revisions is one
  std::uint64_t size = 0;

  bool operator==(const FileProvenance&) const = default;
};

struct SideProvenance {
  std::string commit = {};  // empty: compared with nothing
  std::string tree = {};
  std::string path = {};  // of the config, where it is not that of the plan
  std::optional<FileProvenance> config = {};
  std::optional<FileProvenance> settings = {};
};

// Where the plan comes from. Nothing of it is in the intent digest but the path.
struct Provenance {
  std::string repository = {};  // may be empty
  std::string branch = {};      // the full name of the branch the plan is for; may be empty
  std::string path = {};
  std::string path_rule = {};
  std::string base_rule = {};
  SideProvenance before = {};
  SideProvenance after = {};
};

// From when until when a plan may be applied, both included, in whole seconds.
struct Validity {
  Instant created = {};
  Instant expires = {};

  bool operator==(const Validity&) const = default;
};

// Pure data: what is to be done and why, where it comes from, what speaks against it. Never a
// secret, never a hash of one.
struct Plan {
  std::vector<Change> changes = {};          // sorted by entry, then kind
  std::vector<SettingChange> settings = {};  // sorted by name
  Summary summary = {};
  std::string intent_digest = {};            // see intent_digest()
  std::vector<Diagnostic> diagnostics = {};  // what this change brings, and what blocks every plan
  std::int64_t older_findings = 0;           // warnings that the base has, too; `check` lists them
  std::vector<GuardVerdict> guards = {};
  Provenance provenance = {};
  std::string tool_version = {};
  std::chrono::seconds overlap = {};      // how long old tokens stay valid after a verified switch
  std::optional<Validity> validity = {};  // a plan that is to be signed has one

  bool has_changes() const { return !changes.empty() || !settings.empty(); }
  bool has_errors() const;  // a diagnostic is an error
  bool is_blocked() const;  // a guard blocks
  // One config in both revisions: there is nothing to do, and the entries were not counted. Never
  // true of a plan that changes something: guards count what they are about.
  bool is_unread() const;
  // It leads to one revision from what is live or asked for, not from another revision; see
  // make_live_plan().
  bool is_live() const {
    return has_changes() && provenance.before.commit == provenance.after.commit;
  }
};

std::string_view to_string(ChangeKind kind);
std::string_view to_string(RelationKind kind);
std::string_view to_string(GuardResult result);

// "2 onboard, 1 remove", with the settings if any; "no changes" where there are none.
std::string counted_changes(const Plan& plan);

}  // namespace hookplan
