// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hookplan {

enum class Severity { error, warning, notice };

// Every diagnostic hookplan can give. The number is printed as HPnnnn and is part of the interface:
// a number is never given a new meaning and never reused. `hookplan explain` prints the catalog.
enum class Code {
  // Reading YAML, whichever file it is.
  not_utf8 = 1001,
  forbidden_character = 1002,
  yaml_syntax = 1003,
  truncated_text = 1004,
  several_documents = 1005,
  too_deep = 1006,
  too_many_nodes = 1007,
  key_not_text = 1008,
  value_not_json = 1009,
  bad_alias = 1010,
  excessive_aliasing = 1011,
  compressed = 1012,
  lfs_pointer = 1013,
  bad_merge = 1014,
  bad_tag = 1015,
  ambiguous_yaml = 1016,
  // The shape of managed_webhooks.
  root_not_mapping = 1101,
  section_not_mapping = 1102,
  entries_not_mapping = 1103,
  entry_not_mapping = 1104,
  not_a_boolean = 1105,
  bad_timestamp = 1106,
  unknown_field = 1107,
  duplicate_key = 1108,
  indirection_in_section = 1109,
  bare_key_changes = 1110,
  merge_at_root = 1111,
  field_name_case = 1113,
  no_timestamp = 1114,
  section_misplaced = 1115,
  // What the entries mean.
  org_beside_repo = 2101,
  case_collision = 2102,
  organization_hook = 2103,
  bad_entry_name = 2104,
  future_timestamp = 2105,
  section_gone = 2201,
  config_gone = 2202,
  mass_removal = 2203,
  no_section = 2204,
  global_token_retired = 2301,
  settings_changed = 2401,
  policy_not_enforced = 2402,  // retired: found in plans of early builds only
  signatures_needed = 2403,
  new_route = 2404,
  kept_elsewhere = 2405,
  base_is_apart = 2406,
  config_moved = 2407,
  not_committed = 2408,
  // The repository.
  not_a_repository = 3001,
  foreign_owner = 3002,
  no_such_revision = 3003,
  ambiguous_revision = 3004,
  shallow_history = 3005,
  partial_clone = 3006,
  broken_object = 3007,
  config_not_found = 3008,
  several_configs = 3009,
  not_a_regular_file = 3010,
  malformed_tree = 3011,
  replaced_object = 3012,
  file_too_large = 3013,
  unsupported_repository = 3014,
  special_file = 3015,
  not_a_commit = 3016,
  empty_repository = 3017,
  no_merge_base = 3018,
  work_tree_unreadable = 3019,
  // The settings file.
  settings_version = 4001,
  settings_unknown_field = 4002,
  settings_wrong_type = 4003,
  settings_bad_value = 4004,
  settings_dangling_name = 4005,
  settings_missing_field = 4006,
  // The policy in it.
  policy_missing = 4101,
  policy_bad_key = 4102,
  policy_same_key = 4103,
  policy_key_in_two_roles = 4104,
  policy_bad_threshold = 4105,
  // The command line and plain files.
  unknown_command = 5001,
  unknown_option = 5002,
  bad_option_value = 5003,
  stray_word = 5004,
  unknown_code = 5005,
  unreadable_file = 5101,
  unwritable_file = 5102,
  output_in_use = 5103,
  // Stored plans.
  plan_not_json = 6001,
  plan_wrong_type = 6002,
  plan_wrong_shape = 6003,
  plan_altered = 6004,
  plan_too_large = 6005,
  // Keys and passphrases.
  secret_on_command_line = 7001,
  secret_unreadable = 7002,
  secret_exposed = 7003,
  secret_too_large = 7004,
  key_malformed = 7005,
  key_wrong_kind = 7006,
  key_not_allowed = 7007,
  key_weak = 7008,
  several_keys = 7009,
  passphrase_missing = 7010,
  passphrase_wrong = 7011,
  key_exists = 7012,
  // Envelopes and their signatures.
  envelope_wrong_shape = 7101,
  envelope_base64 = 7102,
  envelope_signature_count = 7103,
  plan_not_signable = 7104,
  digest_not_confirmed = 7105,
  different_plans = 7106,
  signature_malformed = 7107,
  signature_does_not_fit = 7108,
  no_such_signature = 7109,
  already_signed = 7110,
  // Verification.
  plan_not_signed = 7201,
  signer_unknown = 7202,
  signed_bytes_altered = 7203,
  signer_revoked = 7204,
  signer_out_of_window = 7205,
  threshold_not_met = 7206,
  not_a_change_plan = 7207,
  plan_expired = 7208,
  plan_not_yet_valid = 7209,
  plan_without_validity = 7210,
  not_allowed_by_policy = 7211,
  plan_not_applicable = 7212,
  signature_not_counted = 7213,
  // Whether what was reviewed is what runs.
  change_not_reviewed = 7301,
  change_differs_from_review = 7302,
  approval_not_counted = 7303,
  reviewed_plan_not_counted = 7304,
  reviewed_commit_missing = 7305,
  reviews_not_readable = 7306,
  review_range_too_long = 7307,
  review_place_missing = 7308,
  // Tokens, their stores and the ledger beside them.
  token_document_syntax = 8001,
  token_document_shape = 8002,
  token_document_time = 8003,
  token_document_ambiguous = 8004,
  token_document_too_large = 8005,
  token_document_legacy = 8006,
  token_not_writable = 8007,
  token_is_placeholder = 8008,
  token_comment_lost = 8009,
  token_protects_nothing = 8010,
  store_missing = 8011,
  store_unsafe = 8012,
  store_unavailable = 8013,
  store_changed = 8014,
  store_busy = 8015,
  ledger_unreadable = 8016,
  // Stores in a cluster, or wherever a login is needed.
  store_refused = 8017,
  store_managed = 8018,
  cluster_access = 8021,
  credential_plugin = 8022,
  cluster_login = 8023,
  // Stores upstream of a cluster: Vault, Secret Manager.
  store_login = 8031,
  store_credential = 8032,
  store_write_open = 8033,
  receiver_behind = 8034,
  // Receivers and forges.
  receiver_unreachable = 8101,
  receiver_refuses = 8102,
  receiver_accepts_all = 8103,
  answer_lost = 8104,
  permission_missing = 8105,
  handover_unusable = 8106,
  nothing_to_confirm = 8107,
  handover_changed = 8108,
  service_unreachable = 8109,
  rate_limited = 8110,
  receiver_odd_answer = 8111,
  receiver_out_of_reach = 8112,
  // Forges with an API.
  forge_odd_answer = 8121,
  credential_refused = 8122,
  repository_missing = 8123,
  repository_renamed = 8124,
  repository_archived = 8125,
  hook_limit_reached = 8126,
  hook_url_refused = 8127,
  hook_not_visible = 8128,
  delivery_not_proven = 8129,
  app_not_installed = 8130,
  credential_missing = 8131,
  repository_replaced = 8132,
  hooks_doubled = 8133,
  invitations_unanswered = 8134,
  invitation_left = 8135,
  credential_malformed = 8136,
  // Whether a plan is still what it was made for.
  plan_not_rederived = 8201,
  branch_moved = 8202,
  already_applied = 8203,
  plan_superseded = 8204,
  wrong_branch = 8205,
  branch_unknown = 8206,
  changes_skipped = 8207,
  overlap_open = 8208,
  early_rotation = 8209,
  plan_date_ahead = 8210,
  spelling_in_use = 8211,
  // Applying it.
  no_plugin = 8301,
  no_route = 8302,
  unfinished = 8303,
  interrupted = 8304,
  not_started = 8305,
  waiting_for_person = 8306,
  journal_unwritable = 8307,
  // In the place of Prow's hmac.
  no_usable_endpoint = 8401,
  misplaced_section = 8402,
  bad_gzip = 8403,
  hook_out_of_sight = 8404,
  tokens_kept = 8405,
  flag_ignored = 8407,
  // In a pipeline.
  ci_unknown = 8501,
  ci_event_unusable = 8502,
  ci_event_unknown = 8503,
  ci_base_missing = 8504,
  ci_history_rewritten = 8505,
  ci_base_passed_over = 8506,
  ci_base_guessed = 8507,
  ci_nothing_to_do = 8508,
  ci_not_trusted = 8509,
  ci_applied_commit_unknown = 8510,
  ci_applied_commit_gone = 8511,
  ci_file_unusable = 8512,
  ci_comment_not_posted = 8513,
  // Where changes are reviewed.
  comment_not_permitted = 8521,
  pull_request_missing = 8522,
  conversation_locked = 8523,
  comment_refused = 8524,
  comment_unsettled = 8525,
  comment_superseded = 8526,
  review_place_unknown = 8527,
  // Ourselves.
  internal_error = 9001,
  deadline_passed = 9002,
};

// What kind of thing went wrong; each kind has an exit status of its own (cmd/exit_code.h).
enum class ErrorKind {
  usage,           // the command line is wrong
  config,          // a config or a settings file says something we cannot accept
  repository,      // git or a file cannot give us the bytes
  plan_file,       // a stored plan cannot be read
  altered,         // a stored plan does not say what it said when it was made or signed
  blocked,         // a guard blocks the plan
  key,             // a key or a passphrase cannot be used
  not_signed,      // a plan carries no signature
  unknown_signer,  // a plan is signed, but by nobody who is known
  signer_invalid,  // the signer's key is revoked or out of its window
  threshold,       // too few of those who must sign a plan have signed it
  not_a_plan,      // what is signed is no change plan
  expired,         // a plan is not valid at this time
  not_allowed,     // the policy does not allow what the plan does or where it comes from
  unconfirmed,     // a person did not confirm
  output,          // the result cannot be written
  token_document,  // a document of tokens, or the ledger beside it, cannot be understood
  unavailable,     // something outside did not work, and nothing happened there
  unknown,         // something outside may or may not have happened: look before deciding
  conflict,        // somebody else changed a store at the same time; nothing was overwritten
  busy,            // another run is at work
  denied,          // a service refuses for good; a permission is missing
  not_fresh,       // a plan is no longer what it was made for
  unfinished,      // a run did a part and can go on
  interrupted,     // a person asked to stop
  internal,        // our own mistake
};

struct CodeEntry {
  Code code;
  Severity severity;         // what it is unless a caller has reason to say otherwise
  ErrorKind kind;            // of an error that it is the reason of, unless its maker knows better
  std::string_view title;    // one line, lower case
  std::string_view meaning;  // why hookplan stops or warns
  std::string_view remedy;   // what to do
};

std::span<const CodeEntry> catalog();
const CodeEntry& catalog_entry(Code code);
std::string to_string(Code code);                             // "HP1108"
std::optional<Code> code_from_string(std::string_view text);  // "HP1108", "hp1108" or "1108"
std::string_view to_string(Severity severity);

}  // namespace hookplan
