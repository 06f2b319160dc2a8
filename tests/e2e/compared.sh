#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is compared with what: ranges, bases that went on, configs that moved, and files in which there
# is nothing to compare.
. "$(dirname "$0")/session.sh"

# Main onboards an entry while a branch rotates another one.
repository fork
config a/a=2020-01-01 >config.yaml && commit base && git branch feature
config a/a=2020-01-01 new/team=2020-01-01 >config.yaml && commit 'main goes on'
git checkout -q feature
config a/a=2021-01-01 >config.yaml && commit rotate
warning='warning HP2406  the base '
for range in main...feature main... main...HEAD 'main~0...feature~0'; do
  expect_exit 0 hookplan plan "$range"
  has_line '1 change: 1 rotate. 0 unchanged.'
  has_not "$warning"
  grep -qE 'base: where (feature|HEAD|feature~0) parted from main' "$tmp/out" || fail "no rule: $range"
done
git checkout -q main
expect_exit 0 hookplan plan ...feature
has_line '1 change: 1 rotate. 0 unchanged.'
has 'base: where feature parted from HEAD'
for words in 'main feature' main..feature ..feature; do
  # shellcheck disable=SC2086
  expect_exit 0 hookplan plan $words
  has '- remove   new/team'
  has "$warning"
  has 'hookplan plan BASE...HEAD'
  has 'which is not in the history of feature'
done
# Merged, it is what the range said, and no base is apart.
git merge -q -m merge -X theirs feature >"$tmp/ignored"
expect_exit 0 hookplan plan HEAD~1 HEAD
has_not "$warning"
expect_exit 0 hookplan plan feature..HEAD
has_not "$warning"
# A step back is not in the history either, and says so.
expect_exit 0 hookplan plan HEAD HEAD~1
has "$warning"
# A clone that is cut off cannot tell, and does not guess.
git clone -q --depth 1 "file://$PWD" "$tmp/shallow" && cd "$tmp/shallow"
expect_exit 0 hookplan plan HEAD HEAD
has_not "$warning"
expect_exit 66 hookplan plan HEAD...origin/main~1

# move FROM TO OPTIONS...: what moves is compared with what it was; a removal and a rotation that come
# along are seen, and the guards judge them.
number=0
move() {
  from=$1 to=$2
  shift 2
  number=$((number + 1))
  repository "move$number"
  mkdir -p "$(dirname "$from")"
  config a/a=2020-01-01 b/b=2020-01-01 c/c=2020-01-01 >"$from"
  [ -z "${named-}" ] || printf 'version: 1\nconfig: %s\n' "$from" >.hookplan.yaml
  [ -z "${guards-}" ] || printf 'version: 1\n%s\n' "$guards" >.hookplan.yaml
  commit base
  mkdir -p "$(dirname "$to")" && git mv "$from" "$to"
  [ -z "${named-}" ] || printf 'version: 1\nconfig: %s\n' "$to" >.hookplan.yaml
  [ -z "${unnamed-}" ] || printf 'version: 1\n' >.hookplan.yaml
  commit move
  expect_exit 0 hookplan plan "$@"
  has_line 'no changes. 3 unchanged.'
  has "notice HP2407   the config moved from $from to $to"
  sed -i '/b\/b/d; s|a/a: .*|a/a: {token_created_after: 2021-01-01T00:00:00Z}|' "$to" && git add -A
  git commit -q --amend -m 'move and change'
  expect_exit "${code-0}" hookplan plan "$@"
  has_line '2 changes: 1 remove, 1 rotate. 1 unchanged.'
  has '- remove   b/b'
  has "HP2407"
}
move prow/config.yaml config/prow/config.yaml
move prow/config.yaml config.yaml
move prow/config.yaml config/prow/config.yaml --config-path prow/config.yaml
move prow/config.yaml config/prow/config.yaml --config-path config/prow/config.yaml
move prow/config.yaml deep/own/prow.yaml
move own/prow.yaml config.yaml
move own/prow.yaml other/prow.yaml --config-path own/prow.yaml
move own/prow.yaml other/prow.yaml --config-path other/prow.yaml
guards='guards: {protected: [b/b]}' code=3 move prow/config.yaml config/prow/config.yaml
has 'blocked   protected'
guards='guards: {max_removals: {count: 0}}' code=3 move prow/config.yaml deep/own/prow.yaml
has 'blocked   max_removals'
named=1
move prow/config.yaml prow/gke/config.yaml
move own/prow.yaml config.yaml
move own/prow.yaml config.yaml --config-path config.yaml
move config.yaml own/prow.yaml --config-path config.yaml
unnamed=1
move own/prow.yaml config.yaml
move own/prow.yaml other/prow.yaml
unset named unnamed guards

# Where the settings go on naming a place that is empty now, the config has gone and not moved.
repository gone
mkdir own && config a/a=2020-01-01 >own/prow.yaml && printf 'version: 1\nconfig: own/prow.yaml\n' >.hookplan.yaml
commit base && git mv own/prow.yaml config.yaml && commit 'not said'
expect_exit 3 hookplan plan
has 'HP2202'
# What was at the new place before did not come from the old one: nothing is guessed.
repository merged
mkdir prow && config a/a=2020-01-01 >prow/config.yaml && config b/b=2020-01-01 >config.yaml && commit base
git rm -q prow/config.yaml && commit one
expect_exit 66 hookplan plan
complains 'HP3009'
# Two that moved at once: which one became which is not guessed either.
repository two
mkdir gcp aws && config a/a=2020-01-01 >gcp/c.yaml && config b/b=2020-01-01 >aws/c.yaml && commit base
git mv gcp/c.yaml gcp/d.yaml && git mv aws/c.yaml aws/d.yaml && commit both
expect_exit 66 hookplan plan --config-path gcp/d.yaml
complains 'HP3009'
complains 'aws/c.yaml, gcp/c.yaml'
# A new instance beside one that stays did not move from anywhere.
repository second
mkdir gcp aws && config a/a=2020-01-01 >gcp/c.yaml && commit base
config b/b=2020-01-01 >aws/c.yaml && commit second
expect_exit 0 hookplan plan --config-path aws/c.yaml
has_line '1 change: 1 onboard. 0 unchanged.'
has_not 'HP2407'

# A move is signed and applied like anything else; one that is none is not.
repository applied
cat >.hookplan.yaml <<X
version: 1
forges: {people: {type: manual}}
receivers:
  hook: {type: file, url: "https://prow.example.com/hook", store: {type: file, path: $tmp/hmac.yaml}}
routes: [{match: "*", forge: people, receiver: hook}]
X
mkdir prow && config a/a=2020-01-01 >prow/config.yaml && commit base
git mv prow/config.yaml config.yaml && config a/a=2021-01-01 >config.yaml && commit move
install -m 600 /dev/null "$tmp/hmac.yaml"
(
  unset SOURCE_DATE_EPOCH
  hookplan keygen --type ed25519 --out "$tmp/ci.key" >"$tmp/ignored"
  expect_exit 0 hookplan plan --branch main --sign "file:$tmp/ci.key" --out "$tmp/plan.dsse"
  expect_exit 7 hookplan apply "$tmp/plan.dsse" --key "$tmp/ci.key.pub" --handover "$tmp/handover.yaml"
  has '1 waiting'
  # The old place is filled again: what stands there would go unseen.
  mkdir -p prow && config z/z=2020-01-01 >prow/config.yaml && commit again
  expect_exit 4 hookplan apply "$tmp/plan.dsse" --key "$tmp/ci.key.pub" --handover "$tmp/handover.yaml"
  complains 'the config did not move from prow/config.yaml to config.yaml'
) || exit 1

# Nothing found is not "no changes".
repository decoy
mkdir -p prow/gcp && printf 'site: {name: x}\n' >config.yaml && config a/a=2020-01-01 >prow/gcp/config.yaml && commit base
config a/a=2021-01-01 >prow/gcp/config.yaml && commit rotate
expect_exit 66 hookplan plan --exit-code
silent out
complains 'config.yaml has no managed_webhooks, and prow/gcp/config.yaml has'
complains '--config-path'
expect_exit 0 hookplan plan --config-path config.yaml
has 'warning HP2204  neither side has managed_webhooks in config.yaml'
expect_exit 2 hookplan plan --exit-code --config-path prow/gcp/config.yaml
# Nor where no file changed that could be the config.
printf 'text\n' >README.md && commit text
expect_exit 66 hookplan plan --exit-code
complains 'config.yaml has no managed_webhooks, and prow/gcp/config.yaml has'
cd "$tmp/decoy" && expect_exit 5 hookplan check
complains 'error HP2204'

# nothing LINE <FILE: the section is there and not where Prow reads it: an error that names the line,
# from plan and from check, while it is history only a warning.
nothing() {
  number=$((number + 1))
  repository "nothing$number"
  cat >config.yaml && commit base && cp config.yaml "$tmp/odd.yaml"
  printf '# more\n' >>config.yaml && commit head
  for words in 'plan --exit-code' 'plan --config-path config.yaml' "check config.yaml"; do
    # shellcheck disable=SC2086
    expect_exit 5 hookplan $words
    silent out
    complains 'error HP1115'
    complains "config.yaml:$1"
  done
  config a/a=2020-01-01 >config.yaml && commit right
  expect_exit 0 hookplan plan
  has 'warning HP1115  the base is read as Prow read it'
  has_line '1 change: 1 onboard. 0 unchanged.'
  cp "$tmp/odd.yaml" config.yaml && commit 'wrong again'
  expect_exit 5 hookplan plan
  complains 'error HP1115'
}
{ echo 'prow:' && config a/a=2020-01-01 | sed 's/^/  /'; } | nothing 2
printf 'apiVersion: v1\nkind: ConfigMap\ndata:\n  config.yaml: |\n    managed_webhooks:\n      org_repo_config: {a/a: {}}\n' | nothing 5
printf 'plugins:\n- "managed_webhooks": {org_repo_config: {a/a: {}}}\n' | nothing 2
for name in managed_webhoks managed-webhooks managedWebhooks managed_webhook manged_webhooks; do
  { echo 'plank: {}' && config a/a=2020-01-01 | sed "s/managed_webhooks/$name/"; } | nothing 2
done
{ printf 'data:\n  a.txt: "managed_webhooks: see there"\n  config.yaml: |\n    plank: {}\n' && config a/a=2020-01-01 | sed 's/^/    /'; } | nothing 5
{ printf 'x: &x {org_repo_config: {a/a: {}}}\n' && printf 'prow: {managed_webhooks: *x}\n'; } | nothing 2

# A config may speak of it, in scripts, descriptions and names that mean something else.
mentions() {
  number=$((number + 1))
  repository "mentions$number"
  cat >config.yaml && commit base && printf '# more\n' >>config.yaml && commit head
  expect_exit 0 hookplan plan --exit-code --config-path config.yaml
  has 'warning HP2204  neither side has managed_webhooks'
}
printf 'periodics:\n- spec:\n    args:\n    - |\n      # adds the section\n      cat >>config.yaml <<EOF\n      managed_webhooks:\n        org_repo_config: {a/a: {}}\n      EOF\n' | mentions
printf 'periodics:\n- name: lint\n  command: "grep -q managed_webhooks: config.yaml"\n' | mentions
printf 'note: |\n  managed_webhooks: is what hookplan reads\n' | mentions
printf 'prow:\n  schema: {managed_webhooks: {type: object}}\n  managed_webhooks: true\n' | mentions
printf 'text: >-\n  see "managed_webhooks:"\n' | mentions

# A file that speaks of it in a comment, or not at all, has nothing to check, and nothing to hide.
for text in '# managed_webhooks: none yet' 'plank: {}' '' 'note: see managed_webhooks'; do
  printf '%s\n' "$text" >"$tmp/some.yaml"
  expect_exit 5 hookplan check "$tmp/some.yaml"
  silent out
  complains 'error HP2204'
done
printf 'managed_webhooks:\n' >"$tmp/some.yaml" && expect_exit 0 hookplan check "$tmp/some.yaml"
# Taking the section out is a removal of everything, said as such.
two_commits taken_out 'a/a=2020-01-01' 'a/a=2020-01-01'
sed -i 's/^/# /' config.yaml && commit 'commented out'
expect_exit 3 hookplan plan
has 'HP2201'
