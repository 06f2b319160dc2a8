#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A plan that does not follow from git is not applied, whoever signed it. These plans were made by
# hookplan from other contents, so that nothing in them contradicts itself, told to be about the true
# revisions, and signed with the key that is trusted.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"
need python3

old='foo/bar=2020-01-01 foo/baz=2020-01-01 qux=2020-01-01'
new='foo/bar=2026-01-02 foo/new=2020-01-01 qux=2020-01-01'
# shellcheck disable=SC2086
live_repository $old
tokens foo/bar foo/baz qux
# shellcheck disable=SC2086
next $new
cp -a work true
plan_to true.dsse

# told FROM TO: told.dsse, the plan for other contents; its settings are those of standard input.
told() {
  rm -rf "$tmp/work"
  repository work
  cat >.hookplan.yaml
  # shellcheck disable=SC2086
  config $1 >config.yaml && commit old
  # shellcheck disable=SC2086
  config $2 >config.yaml && commit new
  cd "$tmp"
  plan_to told.dsse
  rm -rf work && cp -a true work
}
# grafted [PATH=JSON...]: forged.dsse says what told.dsse does, of the true revisions.
grafted() {
  rm -f forged.json forged.dsse
  python3 "$e2e/graft_plan.py" true.dsse told.dsse "$@" >forged.json || fail "graft: $*"
  expect_exit 0 hookplan sign forged.json --key file:ci.key --out forged.dsse
  expect_exit 0 hookplan verify forged.dsse --key ci.key.pub
}
# does_not_follow PART: apply says which part of forged.dsse it is.
does_not_follow() {
  refuses 4 HP8201 forged.dsse "--dry-run"
  complains "$1"
  refuses 4 HP8201 forged.dsse
  complains "$1"
}
lied() { # FROM TO: other changes
  settings | told "$1" "$2"
  grafted
  does_not_follow 'does not follow from its revisions: other changes'
}

# The graft itself does no harm.
settings | told "$old" "$new"
grafted
same true.dsse forged.dsse 'a graft on itself'

# A plan that left its config unread follows, too, and leads nowhere.
cd work
yes '# a line that says nothing' | head -n 12000 >>config.yaml && commit large
echo more >README.md && commit more && cd "$tmp"
plan_to unread.dsse
python3 "$e2e/graft_plan.py" unread.dsse unread.dsse >unread.json
grep -q '"config":{"blob":"[0-9a-f]*","size"' unread.json || fail 'the config was read'
nothing_changed expect_exit 0 hookplan apply unread.dsse --key ci.key.pub --repo work --dry-run
expect_exit 0 hookplan apply unread.dsse --key ci.key.pub --repo work --handover handover.yaml
rm -rf work && cp -a true work

lied "$old" "${new% *}"                                 # a change left out: qux is removed, too
lied "$old" "$new foo/evil=2020-01-01"                  # one added
lied "$old" "foo/bar=2026-01-03 ${new#* }"              # another threshold
lied "$old" "foo/bar=2026-01-02 foo/baz=2020-01-01 foo/new=2020-01-01 qux=2020-01-01" # a removal left out
lied "$old" "foo/bar=2020-01-01 foo/new=2020-01-01 qux=2020-01-01"                    # a rotation left out
lied "$old qux2=2020-01-01" "$new"                      # one more removal
lied "foo/bar=2026-01-02 foo/baz=2020-01-01 qux=2020-01-01" "$new"                    # another kind: nothing
lied "foo/bar=2026-01-03 foo/baz=2020-01-01 qux=2020-01-01" "$new"                    # relax, not rotate
lied 'foo/baz=2020-01-01 qux=2020-01-01' "$new"         # onboard, not rotate

# Another URL, store, forge or list of events.
for edit in 's/hook.example.com/evil.example.com/' 's/hmac.yaml/other.yaml/' 's/people/folk/' 's/"\*"\]/push]/'; do
  settings | sed "$edit" | told "$old" "$new"
  grafted
  does_not_follow 'does not follow from its revisions: other changes'
done
# How many are unchanged, which is what guards reckon with.
settings | told "$old a/a=2020-01-01" "$new a/a=2020-01-01"
grafted
does_not_follow 'does not follow from its revisions: other summary'
# How long old tokens stay.
settings 2h | told "$old" "$new"
grafted
does_not_follow 'does not follow from its revisions: other overlap'
# What the guards allow.
{ settings && echo 'guards: {max_removals: {count: 50}}'; } | told "$old" "$new"
grafted
does_not_follow 'does not follow from its revisions: other guards'
{ settings && echo 'guards: {protected: ["zzz/*"]}'; } | told "$old" "$new"
grafted
does_not_follow 'does not follow from its revisions: other guards'

# Where it stands, and whether it is protected.
for edit in changes.0.source.after.line=4 changes.0.protected=true 'guards.0.limit="none"'; do
  python3 "$e2e/graft_plan.py" true.dsse true.dsse "$edit" >forged.json || fail "graft: $edit"
  rm -f forged.dsse
  expect_exit 0 hookplan sign forged.json --key file:ci.key --out forged.dsse
  refuses 4 HP8201 forged.dsse
done

# The base that is told must be the base: its contents decide what is a change, and its guards what
# may be done. Somebody has pushed a branch with other guards, or one with an older date.
# based_on_side SIDE: forged.dsse begins with what the branch `side` holds, told to be the base.
based_on_side() {
  plan_to told.dsse side main
  refuses 28 HP8205 told.dsse
  python3 "$e2e/graft_plan.py" told.dsse told.dsse \
    "provenance.base.commit=\"$(git -C work rev-parse main~1)\"" \
    "provenance.base.tree=\"$(git -C work rev-parse 'main~1^{tree}')\"" >forged.json || fail graft
  rm -f forged.dsse
  expect_exit 0 hookplan sign forged.json --key file:ci.key --out forged.dsse
}
rm -rf work && repository work
settings >.hookplan.yaml && echo 'guards: {protected: ["foo/baz"]}' >>.hookplan.yaml
# shellcheck disable=SC2086
config $old >config.yaml && commit base
git checkout -q -b side && settings >.hookplan.yaml && commit lax
git checkout -q main && config foo/bar=2026-01-02 qux=2020-01-01 >config.yaml && commit new
cd "$tmp"
expect_exit 3 hookplan plan --repo work --branch main --format json
# Not even the planner gets past the guards of the head by going back to a base that had others.
expect_exit 3 hookplan plan side main --repo work --branch main --format json

rm -rf work && repository work
settings >.hookplan.yaml && config qux=2026-01-01 foo/bar=2020-01-01 >config.yaml && commit base
git checkout -q -b side && config qux=2020-01-01 foo/bar=2020-01-01 >config.yaml && commit older
git checkout -q main && config qux=2026-01-01 foo/bar=2020-01-01 foo/new=2020-01-01 >config.yaml && commit new
cd "$tmp"
based_on_side
refuses 4 HP8201 forged.dsse --dry-run

# The words of the plan: how config and base were found, and which repository it is. They must be words
# of ours, and true as far as git shows.
rm -rf work && repository work
git remote add origin https://git.example.com/acme/config.git
settings >.hookplan.yaml && config qux=2020-01-01 >config.yaml && commit first
config qux=2020-01-01 foo/bar=2020-01-01 >config.yaml && commit second
config qux=2020-01-01 foo/bar=2020-01-01 foo/new=2020-01-01 >config.yaml && commit third
cd "$tmp"
plan_to parent.dsse
plan_to older.dsse main~2
worded() { # PLAN EDIT: refused as not derived
  python3 "$e2e/graft_plan.py" "$1" "$1" "$2" >forged.json || fail "graft: $2"
  rm -f forged.dsse
  expect_exit 0 hookplan sign forged.json --key file:ci.key --out forged.dsse
  refuses 4 HP8201 forged.dsse --dry-run
}
worded older.dsse 'provenance.base_rule="first parent of HEAD"'
complains 'the base is not the first parent of the head'
worded parent.dsse 'provenance.base_rule="approved by security"'
worded parent.dsse 'provenance.base_rule="what is live"'
worded parent.dsse 'provenance.path_rule="the only one there is"'
for other in https://git.example.com/acme/other https://git.example.org/acme/config; do
  worded parent.dsse "provenance.repository=\"$other\""
  complains 'the plan is for another repository'
done
# One repository under another of its URLs is the same.
for url in git@git.example.com:acme/config.git ssh://git@git.example.com:22/acme/config https://git.example.com/acme/config/; do
  git -C work remote set-url origin "$url"
  expect_exit 0 hookplan apply parent.dsse --key ci.key.pub --repo work --dry-run
  expect_exit 0 hookplan apply older.dsse --key ci.key.pub --repo work --dry-run
done
# The settings of the trusted branch say which file is the config.
cd work && cp config.yaml other.yaml && commit other
{ settings && echo 'config: config.yaml'; } >.hookplan.yaml && commit named
config qux=2020-01-01 >other.yaml && commit change && cd "$tmp"
plan_to other.dsse main~1 main --config-path other.yaml
refuses 4 HP8201 other.dsse --dry-run
complains '.hookplan.yaml names config.yaml as the config, not other.yaml'

# A plan names its branch itself, so where several must sign somebody else names the trusted one.
{ settings && cat <<X; } >policy.yaml
policy:
  keys: {ci: {pem: "$(sed ':a;N;$!ba;s/\n/\\n/g' ci.key.pub)"}}
  roles: {planner: {keys: [ci]}}
X
expect_exit 64 hookplan apply parent.dsse --policy policy.yaml --repo work --dry-run
complains 'error HP8206'
