// SPDX-License-Identifier: Apache-2.0
// The catalog of diagnostics, in the order of their numbers. Texts speak to the person who has just
// been stopped: first why, then what to do.
#include <array>

#include "core/base/code.h"

namespace hookplan {
namespace {

using enum Severity;

constexpr auto kCatalog = std::to_array<CodeEntry>({
    {Code::not_utf8, error, "the text is not UTF-8",
     "Prow reads UTF-8; other encodings look different to different readers, so a reviewer might "
     "approve something else than what is applied. UTF-16, which Prow would accept, is refused "
     "too.",
     "save the file as UTF-8"},
    {Code::forbidden_character, error, "a character that YAML readers treat differently",
     "Control characters are not allowed in YAML. A lone carriage return, U+0085, U+2028, U+2029 "
     "and "
     "a byte order mark inside the text are line breaks or nothing, depending on the reader, so a "
     "line could be a comment for one and a key for the other.",
     "remove the character; in a quoted string write it as an escape such as \"\\u2028\""},
    {Code::yaml_syntax, error, "the text is not valid YAML",
     "Nothing can be said about a config that cannot be read.",
     "correct the line; the column is where the reader gave up, the mistake may be just before it"},
    {Code::truncated_text, error, "the text ends in the middle of something",
     "A quoted string or a bracket is still open where the file ends. A lenient reader would close "
     "it silently, and every entry after that point would look removed.",
     "restore the rest of the file, or close the quote or bracket"},
    {Code::several_documents, error, "more than one YAML document",
     "Prow reads only the first document and ignores the rest without a word; a reviewer sees "
     "both.",
     "keep one document: remove the second `---` or `...` and what follows it"},
    {Code::too_deep, error, "nested too deeply",
     "More than 100 levels are not a config but an attack or an accident.", "flatten the file"},
    {Code::too_many_nodes, error, "too many keys and values",
     "The limit is far above every real config and bounds the memory that a hostile file can take.",
     "split the file, or ask for a higher limit with an example"},
    {Code::key_not_text, error, "a key that is not text",
     "Prow turns the file into JSON first. JSON keys are text, so Prow refuses null, lists and "
     "maps "
     "as keys, anywhere in the file.",
     "give the key a name, in quotes if need be"},
    {Code::value_not_json, error, "a value that JSON does not have",
     "Prow turns the file into JSON first and refuses the whole file for one infinity or "
     "not-a-number.",
     "write it in quotes if it is meant as text"},
    {Code::bad_alias, error, "an alias that leads nowhere or to itself",
     "The anchor of the alias is unknown or contains the alias. Prow refuses the whole file.",
     "define the anchor before the alias, outside of it"},
    {Code::excessive_aliasing, error, "aliases that multiply without bound",
     "A few lines of nested aliases can stand for millions of values. Prow refuses such files.",
     "write the values out"},
    {Code::compressed, error, "the file is compressed",
     "Prow would decompress a gzip file; nobody can review one.", "commit the plain text"},
    {Code::lfs_pointer, error, "the file is a Git LFS pointer",
     "The repository holds only a reference to the config, not its text.",
     "store the config in git itself: `git lfs untrack`, then commit it again"},
    {Code::bad_merge, error, "a merge key without a mapping",
     "`<<` merges a mapping, an alias of one or a list of these. Prow refuses anything else.",
     "merge a mapping, or quote the key if it is meant as text"},
    {Code::bad_tag, error, "a tag that does not fit its value",
     "An explicit tag such as !!int must stand before a value of that type. Prow refuses the file.",
     "remove the tag or correct the value"},
    {Code::ambiguous_yaml, error, "YAML that readers understand differently",
     "The text is read one way by Prow's YAML library and another way by others, or only one of "
     "them accepts it. What is reviewed must be what is applied.",
     "write it in the plain way that the message names"},
    {Code::root_not_mapping, error, "the file is not a mapping",
     "A Prow config and a settings file are mappings of keys to values at the top level.",
     "is it the right file?"},
    {Code::section_not_mapping, error, "managed_webhooks is not a mapping",
     "Prow refuses the config.", "write `managed_webhooks:` with its fields below it, indented"},
    {Code::entries_not_mapping, error, "org_repo_config is not a mapping",
     "Prow refuses the config.",
     "write one `org` or `org/repo` per line below `org_repo_config:`, indented"},
    {Code::entry_not_mapping, error, "an entry is not a mapping", "Prow refuses the config.",
     "write `org/repo: {token_created_after: 2026-01-31T00:00:00Z}`"},
    {Code::not_a_boolean, error, "a field that must be true or false",
     "Prow accepts true and false (also yes, no, on, off, y, n) without quotes, nothing else.",
     "write true or false, without quotes"},
    {Code::bad_timestamp, error, "not a timestamp",
     "Prow reads RFC 3339 with a capital T, seconds and a zone. hookplan also refuses what only "
     "older builds of Prow accept (one-digit hours, a comma before the fraction, offsets of 24 "
     "hours or 60 minutes) and instants outside the years 1 to 9999 in UTC.",
     "write it like 2026-01-31T00:00:00Z"},
    {Code::unknown_field, error, "an unknown field",
     "Prow ignores fields it does not know. A misspelt token_created_after then means the year 1: "
     "the entry is never rotated, and nobody is told.",
     "correct the spelling or remove the field"},
    {Code::duplicate_key, error, "the same key twice",
     "YAML readers disagree which one counts: Prow takes the last, others the first.",
     "keep one of them"},
    {Code::indirection_in_section, error, "an alias, merge key or tag inside managed_webhooks",
     "What an entry says must stand where the reviewer reads it, and a change elsewhere in the "
     "file "
     "must not change it.",
     "write the value out"},
    {Code::bare_key_changes, error, "a bare key that Prow reads as another text",
     "Without quotes YAML reads `on` as true, `007` as 7 and `1e3` as 1000, and Prow would manage "
     "webhooks under that name.",
     "put the key in quotes"},
    {Code::merge_at_root, error, "a merge key at the top level",
     "It could bring in managed_webhooks from elsewhere in the file, unseen by the reviewer.",
     "write the keys out"},
    {Code::field_name_case, warning, "a field name in unusual case",
     "Prow matches field names in any case, other tools do not.", "write it in lower case"},
    {Code::no_timestamp, warning, "an entry without token_created_after",
     "Prow takes the year 1: the entry is onboarded, but it is never rotated until the field is "
     "set.",
     "add token_created_after, or say nothing more if that is meant"},
    {Code::org_beside_repo, warning, "an organisation beside one of its repositories",
     "Both hooks send the same events of that repository, and Prow's hook refuses the deliveries "
     "of "
     "the organisation's hook for it, because it knows only the repository's token.",
     "keep the organisation or the repository, not both"},
    {Code::case_collision, error, "two entries that differ only in case",
     "GitHub ignores the case of names, Prow does not: both entries would fight over one hook, and "
     "the one that loses is refused by Prow.",
     "keep the one that is spelled as on GitHub"},
    {Code::organisation_hook, warning, "a hook for a whole organisation",
     "Every repository of the organisation starts to send events, also those nobody listed.",
     "list repositories one by one if that is not meant"},
    {Code::bad_entry_name, error, "not a name that GitHub can have",
     "An entry is `org` or `org/repo`. An organisation has letters, digits and single inner "
     "hyphens, "
     "39 at most; a repository has letters, digits, `.`, `_` and `-`, 100 at most, and is not `.` "
     "or `..`. Anything else could reach other paths of the API.",
     "correct the name"},
    {Code::future_timestamp, error, "a timestamp in the future",
     "Prow refuses to load a config with a token_created_after later than now, and with it stops "
     "every job it runs.",
     "use a time that has passed when this is merged; `date -u +%Y-%m-%dT%H:%M:%SZ` prints the "
     "current one"},
    {Code::section_gone, warning, "managed_webhooks is missing or empty",
     "Every entry is removed: all hooks are deleted and all tokens dropped. This is what a wrong "
     "path, branch or indentation looks like, too.",
     "restore the section, or allow it with `guards: {allow_empty: true}` in .hookplan.yaml of the "
     "base revision"},
    {Code::config_gone, warning, "the config file is gone",
     "Every entry is removed: all hooks are deleted and all tokens dropped.",
     "restore the file, or name its new place with --config-path"},
    {Code::mass_removal, warning, "many entries are removed at once",
     "Most of the entries go. It is how a bad merge or a broken generator shows.",
     "check that this is meant; guards in .hookplan.yaml set the limit"},
    {Code::global_token_retired, warning, "the global token is retired",
     "respect_legacy_global_token becomes false: hooks that still sign with the global token, "
     "listed "
     "here or not, are refused by Prow from then on.",
     "onboard every repository that uses the global token first, in a change of its own"},
    {Code::settings_changed, notice, "the settings file changes too",
     "A change is judged by the guards and the policy of the base revision, so that nobody can "
     "relax "
     "them in the change that needs them relaxed. Routes are those of the newer settings; where "
     "they "
     "matter for an entry, the plan says so.",
     "change the settings first, in a change of its own, if this one depends on it"},
    {Code::policy_not_enforced, notice, "policy is not enforced by this command",
     "Early builds gave this where they could not read a policy. It is no longer given.",
     "nothing to do"},
    {Code::signatures_needed, notice, "who must sign the plan",
     "The policy of the base revision says which roles must sign which changes. The plan itself is "
     "the same, signed or not; verify and apply hold it to the policy.",
     "sign it with `hookplan plan --sign`, approve it with `hookplan approve`"},
    {Code::new_route, warning, "a new route takes effect with this change",
     "Entries are onboarded with the routes of the newer settings. A change that brings a route "
     "and an "
     "entry for it decides by itself where deliveries go and who gets the tokens.",
     "check the URL and the store; or change the routes first, in a change of their own"},
    {Code::not_a_repository, error, "not a git repository",
     "hookplan reads both revisions from git objects, never from the files beside them.",
     "run it inside a clone, or name one with --repo"},
    {Code::foreign_owner, error, "the repository belongs to another user",
     "Git refuses repositories of other users, because their configuration could run commands. In "
     "a "
     "CI container the checkout often belongs to another user than the one that runs the step.",
     "git config --global --add safe.directory DIR"},
    {Code::no_such_revision, error, "no such revision",
     "The name is no branch, tag or commit of this repository.",
     "check the spelling; fetch it first if it is only on the server"},
    {Code::ambiguous_revision, error, "an ambiguous revision",
     "The abbreviated id fits several objects.", "write more digits of the id"},
    {Code::shallow_history, error, "the commit is not in this shallow clone",
     "CI checkouts fetch one commit by default, so the commit before it is missing.",
     "set `fetch-depth: 2` in actions/checkout (GIT_DEPTH in GitLab), or `git fetch --deepen=1`"},
    {Code::partial_clone, error, "an object is missing from this partial clone",
     "The clone was made with --filter and fetches file contents only when git itself needs them; "
     "hookplan does not use the network.",
     "clone without --filter, or run `git show REVISION:PATH >/dev/null` once to fetch the file"},
    {Code::broken_object, error, "git cannot read an object",
     "The repository is damaged or incomplete.", "run `git fsck`, or clone again"},
    {Code::config_not_found, error, "no config found",
     "None of the usual places holds a Prow config in either revision.",
     "name it with --config-path, or with `config:` in .hookplan.yaml"},
    {Code::several_configs, error, "several files could be the config",
     "More than one of the usual places holds a managed_webhooks section; guessing could hide a "
     "change.",
     "name the right one with --config-path, or with `config:` in .hookplan.yaml"},
    {Code::not_a_regular_file, error, "the path is not a regular file in git",
     "A symbolic link, a submodule or a folder can show a reviewer something else than what is "
     "read.",
     "commit the config as a regular file"},
    {Code::malformed_tree, error, "a malformed tree object",
     "The folder lists a name twice. Git and libgit2 pick different ones, so a reviewer could see "
     "another file than hookplan reads.",
     "run `git fsck`; make the commit anew"},
    {Code::replaced_object, error, "an object is replaced or grafted locally",
     "refs/replace or info/grafts make git show another content or history than the objects that "
     "everybody else has.",
     "`git replace -d ID`, or remove .git/info/grafts"},
    {Code::file_too_large, error, "the file is too large",
     "The limit is far above every real file of this kind and bounds time and memory.",
     "is it the right file?"},
    {Code::unsupported_repository, error, "a repository format that cannot be read",
     "The git library of this build reads SHA-1 repositories with files as reference storage.",
     "use a clone in the default format"},
    {Code::special_file, error, "a special file inside .git",
     "A FIFO, socket or device where git expects a file would block or mislead whoever reads it.",
     "make a fresh clone"},
    {Code::not_a_commit, error, "the revision is not a commit",
     "It names a file, a folder or a tag of one.", "name a commit, a branch or a tag of a commit"},
    {Code::empty_repository, error, "the repository has no commit yet",
     "There is nothing to compare.", "commit the config first"},
    {Code::settings_version, error, "the settings file has no version that is understood",
     "The version says how the file is read. This build understands version 1.",
     "write `version: 1` at the top"},
    {Code::settings_unknown_field, error, "an unknown field in the settings file",
     "A field that is silently ignored could be the guard that someone relies on.",
     "correct the spelling or remove the field"},
    {Code::settings_wrong_type, error, "a field of the wrong type in the settings file",
     "The value is text where a mapping is expected, or the other way round.",
     "see the example in the README"},
    {Code::settings_bad_value, error, "a value the settings file cannot have",
     "The value is out of range, malformed, or would leak a secret into the plan.",
     "see the example in the README"},
    {Code::settings_dangling_name, error, "a name that the settings file does not define",
     "A route names a forge or a receiver that is not there.", "define it, or correct the name"},
    {Code::settings_missing_field, error, "a field is missing in the settings file",
     "Without it the rest cannot be understood.", "add the field"},
    {Code::policy_missing, error, "a settings file without a policy",
     "What verifies a plan needs to know whose signatures count.",
     "add `policy:` with keys and roles; core/config/FORMAT.md has an example"},
    {Code::policy_bad_key, error, "a key of the policy cannot be used",
     "Whoever holds a weak key, or one that other tools read differently, could sign in another's "
     "name.",
     "write an Ed25519 or P-256 public key, `pem:` as openssl and hookplan keygen write it, or "
     "`ssh:` as ssh-keygen does"},
    {Code::policy_same_key, error, "one key under two names",
     "It would be counted as two signers. Keys are compared by what they are, not by how they are "
     "written.",
     "remove one of the two"},
    {Code::policy_key_in_two_roles, error, "one key in two roles",
     "One signature would then count as two, and nobody could tell what it was meant for.",
     "give the role a key of its own"},
    {Code::policy_bad_threshold, error, "a threshold that nobody or everybody meets",
     "A threshold of 0 asks for no signature; one beyond the number of different owners of the "
     "role's keys can never be met.",
     "choose a number from 1 to the number of different owners"},
    {Code::unknown_command, error, "no such command", "The first word names a command.",
     "`hookplan help` lists the commands"},
    {Code::unknown_option, error, "no such option",
     "Options are not guessed from their first letters, so that a script keeps its meaning when "
     "options are added.",
     "`hookplan help COMMAND` lists the options"},
    {Code::bad_option_value, error, "an option without a value or with a wrong one",
     "The command line was not understood; nothing was done.",
     "`hookplan help COMMAND` explains it"},
    {Code::stray_word, error, "a word too many or too few",
     "A word that is silently ignored could be a forgotten quote or a revision in the wrong place.",
     "`hookplan help COMMAND` shows the words it takes"},
    {Code::unknown_code, error, "no such diagnostic code", "Codes look like HP1108.",
     "`hookplan explain` lists all of them"},
    {Code::unreadable_file, error, "a file cannot be read",
     "It does not exist, is not readable or is not a regular file.",
     "check the name and the permissions"},
    {Code::unwritable_file, error, "a file cannot be written",
     "The result is complete, but could not be stored. Nothing else was changed.",
     "name a file in a folder that exists and that you may write to"},
    {Code::plan_not_json, error, "not a stored plan",
     "A stored plan is one JSON document in UTF-8, without duplicate members, nested at most 32 "
     "levels deep.",
     "store plans with `hookplan plan --format json --out FILE`"},
    {Code::plan_wrong_type, error, "a JSON document, but not a change plan",
     "`_type` or `predicateType` say that it is something else, or a version that this build does "
     "not know.",
     "is it the right file? Or use the build that made it"},
    {Code::plan_wrong_shape, error, "a change plan with a missing or wrong member",
     "What is not understood completely must not be shown as if it were.", "make the plan again"},
    {Code::plan_altered, error, "the plan was changed after it was made",
     "A digest in the plan does not fit what the plan says.",
     "make the plan again from the two revisions; never edit one"},
    {Code::secret_on_command_line, error, "a secret's place is not named",
     "Everybody on the machine can read a command line, so secrets never belong there. The value "
     "is not repeated here, as it may be one.",
     "write file:PATH, env:NAME or fd:NUMBER"},
    {Code::secret_unreadable, error, "a secret cannot be read",
     "The file, variable or descriptor is not there, is empty, or cannot hold a secret.",
     "check the name and the permissions"},
    {Code::secret_exposed, error, "others can read or change the secret",
     "A private key that others can read is not private, and one that others can write may be "
     "theirs.",
     "chmod 600 FILE; for a Kubernetes Secret volume set `defaultMode: 0400`"},
    {Code::secret_too_large, error, "too large for a key or passphrase",
     "Keys have a few hundred bytes.", "is it the right file?"},
    {Code::key_malformed, error, "not a key", "The text is not a key in PEM, or it is damaged.",
     "make one with `hookplan keygen --out FILE`"},
    {Code::key_wrong_kind, error, "a key of another kind or in another format",
     "A public key cannot sign, a private key has no place where a public one is asked for, and "
     "some formats belong to one tool only.",
     "openssl and hookplan keygen write PEM: PRIVATE KEY (PKCS#8) and PUBLIC KEY"},
    {Code::key_not_allowed, error, "a type of key that is not used",
     "Plans are signed with Ed25519 or with ECDSA on P-256 and nothing else, because every tool "
     "that verifies them has both.",
     "make one with `hookplan keygen --out FILE`"},
    {Code::key_weak, error, "a key that proves nothing",
     "Signatures of such a key can be made by anybody, or the key can be written in ways that "
     "different tools take for different keys.",
     "make a new one with `hookplan keygen --out FILE`"},
    {Code::several_keys, error, "more than one key in one file",
     "Tools take the first and ignore the rest without a word.", "keep one key per file"},
    {Code::passphrase_missing, error, "the key is encrypted and there is no passphrase",
     "It is asked for on a terminal only, so that nothing waits for an answer in CI.",
     "name it with --passphrase file:PATH, env:NAME or fd:NUMBER"},
    {Code::passphrase_wrong, error, "the key cannot be decrypted",
     "The passphrase is wrong, or the file is damaged.", "check the passphrase"},
    {Code::key_exists, error, "keygen does not overwrite",
     "A key that is overwritten is lost, and with it every signature it was to make.",
     "choose another name, or move the old key away"},
    {Code::envelope_wrong_shape, error, "not the envelope of a signed plan",
     "An envelope (DSSE 1.0) has payloadType, payload and signatures, each with sig.",
     "sign plans with `hookplan plan --sign KEY --out FILE`"},
    {Code::envelope_base64, error, "not strict base64",
     "White space, missing padding, mixed alphabets or stray bits are read differently by "
     "different tools, so that one could see another plan than the other.",
     "write it as `base64 -w0` does"},
    {Code::envelope_signature_count, error, "too many signatures", "An envelope holds at most 16.",
     "make the plan again"},
    {Code::plan_not_signable, error, "this plan cannot be signed",
     "A signature must stand for something that can be applied: one plan, valid for a time, "
     "without "
     "errors, and of a size that an envelope can hold.",
     "make it with `hookplan plan --valid-for 24h --format json`, or sign at once with --sign"},
    {Code::digest_not_confirmed, error, "the digest was not confirmed",
     "An approval says that the plan was read. The digest stands where it was read: in the pull "
     "request, or in the output of `hookplan show`.",
     "name the first digits of the plan digest, at least 8"},
    {Code::different_plans, error, "two different plans",
     "Signatures are for the bytes of one plan and mean nothing for another.",
     "collect the signatures of one plan"},
    {Code::signature_malformed, error, "not a signature",
     "It is neither a raw signature nor one that `ssh-keygen -Y sign -n hookplan-approval@v1` "
     "made.",
     "sign what `hookplan pae PLAN` writes"},
    {Code::signature_does_not_fit, error, "the signature does not fit the plan and the key",
     "It was made over other bytes or with another key.",
     "sign what `hookplan pae PLAN` writes, and name the public key with --key"},
    {Code::no_such_signature, error, "there is no such signature",
     "None of the plan's signatures was made by that key.", "`hookplan verify` says who signed"},
    {Code::already_signed, notice, "this key has signed the plan already",
     "One key counts once, so a second signature would add nothing.", "nothing to do"},
    {Code::plan_not_signed, error, "the plan is not signed", "Anybody could have written it.",
     "sign it with `hookplan plan --sign` or `hookplan sign`"},
    {Code::signer_unknown, error, "signed, but by nobody who is known",
     "None of the signatures was made by a key that is trusted here.",
     "add the key to the policy, or ask a listed signer"},
    {Code::signed_bytes_altered, error, "the plan was changed after it was signed",
     "A signature names a trusted key, but was made over other bytes.",
     "get the plan from where it was signed, or make it again"},
    {Code::signer_revoked, error, "the signer's key is revoked",
     "Whoever has the key now may not be its owner.", "sign with a key that is not revoked"},
    {Code::signer_out_of_window, error, "the signer's key is out of its window",
     "The policy says from when and until when a key counts; the time of verification decides.",
     "sign with a key that counts now, or change the window in the policy"},
    {Code::threshold_not_met, error, "too few have signed",
     "The policy asks for more signatures of a role than there are. Several keys of one owner "
     "count "
     "once, and whoever signed for one role does not count for another.",
     "ask the owners that are named for their approval: hookplan approve PLAN --key file:KEY"},
    {Code::not_a_change_plan, error, "signed, but not a change plan",
     "The payload type, the statement type or the predicate type say that it is something else.",
     "is it the right file? Or use the build that made it"},
    {Code::plan_expired, error, "the plan has expired",
     "Plans are valid for a short time, so that nobody can apply an old one again.",
     "make it again from the two revisions"},
    {Code::plan_not_yet_valid, error, "the plan is not valid yet",
     "It says that it was made in the future, so one of the two clocks is wrong.",
     "check the clocks"},
    {Code::plan_without_validity, error, "the plan does not say until when it is valid",
     "It could be applied again at any time.",
     "sign it with `hookplan plan --sign` or `hookplan sign`, which add the validity"},
    {Code::not_allowed_by_policy, error, "the policy does not allow this",
     "The policy lists the repositories, paths, branches and URLs that plans may be for, and how "
     "long they may be valid.",
     "make the plan for what is listed, or change the policy in a change of its own"},
    {Code::plan_not_applicable, error, "signed, but it cannot be applied",
     "A finding of the plan is an error, or a guard blocks it; signatures do not change that.",
     "correct what the plan names and make it again"},
    {Code::signature_not_counted, warning, "a signature that does not count",
     "It is by a key that is not known, not valid now, or counted already. The others decide.",
     "nothing to do if the plan verifies"},
    {Code::internal_error, error, "a mistake in hookplan itself",
     "Something happened that the authors thought impossible. Nothing was changed.",
     "report it with the command line and the version"},
    {Code::deadline_passed, error, "hookplan took too long and stopped itself",
     "No input needs that long; a repository on a dead network disk or a hostile file does.",
     "run it on a local clone"},
});

}  // namespace

std::span<const CodeEntry> catalog() { return kCatalog; }

}  // namespace hookplan
