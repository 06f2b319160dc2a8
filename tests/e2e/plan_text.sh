#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One plan as text, from the names of its revisions to its exit code.
. "$(dirname "$0")/session.sh"

old='foo/bar=2018-10-02 foo/baz=2019-01-01 keep/me=2020-01-01 qux=2017-10-02 rel/ax=2021-01-01'
new='foo/baz=2025-01-01 keep/me=2020-01-01 new/one=2025-06-01 neworg=2025-06-01 qux=2024-02-03
  rel/ax=2020-01-01'
two_commits work "$old" "$new"

# What is no revision is said to be none, and nothing is printed for it.
expect_exit 66 hookplan plan nowhere
silent out
complains 'no such revision: nowhere'
expect_exit 66 hookplan plan HEAD HEAD:config.yaml
complains 'HP3016'
expect_exit 66 hookplan plan HEAD~7
complains 'no such revision: HEAD~7'

# Everything at once, in the order in which a reviewer reads it.
printf '  respect_legacy_global_token: true\n' >>config.yaml
git commit -qa --amend -m head
git tag v1 HEAD~1 && git tag -a -m second v2 HEAD && git branch topic
expect_exit 0 hookplan plan
silent err
cp "$tmp/out" "$tmp/first"
sed -n 's/^  \([-~+.>]\) \([a-z]*\) *\([^ ]*\) .*/\1 \2 \3/p' "$tmp/out" >"$tmp/order"
printf '%s\n' '- remove foo/bar' '~ rotate foo/baz' '~ rotate qux' '+ onboard new/one' \
  '+ onboard neworg' '. relax rel/ax' '~ setting respect_legacy_global_token:' >"$tmp/wanted"
same "$tmp/wanted" "$tmp/order" 'the order of changes'
id() { git rev-parse --short=12 "$1"; }
has "config.yaml   $(id HEAD~1) -> $(id HEAD)"
has 'base: first parent of HEAD; config: found by looking in the usual places'
grep -q '^  - remove  *foo/bar .* line 3 (old)$' "$tmp/out" || fail 'no line of the removal'
has 'foo/bar stops sending events as soon as this is applied'
grep -q '^  ~ rotate  *foo/baz .*2019-01-01 -> 2025-01-01 .* line 3$' "$tmp/out" || fail 'foo/baz'
grep -q '^  ~ rotate  *qux *org .*2017-10-02 -> 2024-02-03 .* line 7$' "$tmp/out" || fail 'qux'
grep -q '^  + onboard  *new/one .* line 5$' "$tmp/out" || fail 'new/one'
grep -q '^  . relax .*2021-01-01 -> 2020-01-01: nothing to do .*line 8$' "$tmp/out" || fail 'relax'
grep -q 'respect_legacy_global_token: false -> true, line 9$' "$tmp/out" || fail 'setting'
has 'deliveries signed with the global token are accepted'
has 'warning HP2103'
has 'config.yaml:6'
has_line '7 changes: 1 remove, 2 rotate, 2 onboard, 1 relax, 1 setting. 1 unchanged.'
has_line 'guards    passed: max_removals, protected, empty_section'
grep -q '^intent  *sha256:[0-9a-f]\{64\}$' "$tmp/out" || fail 'no digest'
plain
! grep -q ' $' "$tmp/out" || fail 'a space at the end of a line'

# The same revisions under any name give the same plan; only the rule says another name.
sed '/^  base: /d' "$tmp/first" >"$tmp/body"
head=$(git rev-parse HEAD)
for names in 'v1 v2' 'HEAD~1' 'v1 topic' "$(id v1) $(id HEAD)" "main~1 $head" 'v2^ v2^{commit}' \
  'refs/tags/v1 refs/heads/topic'; do
  # shellcheck disable=SC2086
  expect_exit 0 hookplan plan $names
  has "base: named on the command line: ${names%% *}"
  sed '/^  base: /d' "$tmp/out" >"$tmp/other"
  same "$tmp/body" "$tmp/other" "$names"
done

# Nothing to do, and nothing to compare with.
expect_exit 0 hookplan plan --exit-code HEAD HEAD
has 'no changes. 6 unchanged.'
expect_exit 2 hookplan plan --exit-code
same "$tmp/first" "$tmp/out" '--exit-code changes no output'
expect_exit 2 hookplan plan --exit-code HEAD HEAD~1
has '+ onboard  foo/bar'
git checkout -q HEAD~1
expect_exit 0 hookplan plan
has 'nothing -> '
has 'HEAD is the first commit, compared with nothing'
has '5 changes: 5 onboard. 0 unchanged.'
