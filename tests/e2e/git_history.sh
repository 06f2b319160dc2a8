#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Which two commits are compared, and how the same change reached the branch does not matter.
. "$(dirname "$0")/session.sh"

intent() { hookplan plan --format json "$@" >"$tmp/json" && member intent_digest "$tmp/json"; }
set_entry() { sed -i "s|^    $1: .*|    $1: {token_created_after: $2T00:00:00Z}|" config.yaml; }

# Places without anything to compare.
expect_exit 66 hookplan plan
complains 'error HP3001'
complains "$tmp"
has_not '/.' "$tmp/err"
expect_exit 66 hookplan plan --repo "$tmp/nowhere"
complains "$tmp/nowhere is not a folder"
repository empty
expect_exit 66 hookplan plan
complains 'HP3017'
git init -q --object-format=sha256 "$tmp/sha256" && cd "$tmp/sha256"
config a/a=2020-01-01 >config.yaml && commit one
expect_exit 66 hookplan plan
complains 'HP3014'

# Main moves on while a branch changes two entries in two commits.
repository work
config a/a=2020-01-01 b/b=2020-01-01 c/c=2020-01-01 d/d=2020-01-01 e/e=2020-01-01 >config.yaml
commit base && git branch topic && git branch fork
set_entry a/a 2021-01-01 && commit 'main moves on'
sed -i '1i # words' config.yaml && commit 'and on'
git checkout -q topic
set_entry e/e 2022-02-02 && commit 'first half'
sed -i '/c\/c/d' config.yaml && echo '    f/f: {token_created_after: 2023-03-03T00:00:00Z}' >>config.yaml
git add -A && git commit -qm 'second half'

# A merge is compared with its first parent: what it brings to main, and nothing of main itself.
git checkout -q -b merged main && git merge -q --no-ff -m merge topic
[ "$(git rev-list --parents -1 HEAD | wc -w)" = 3 ] || fail 'no merge commit'
expect_exit 0 hookplan plan
has 'first parent of HEAD'
has_not 'a/a'
has '3 changes: 1 remove, 1 rotate, 1 onboard. 3 unchanged.'
wanted=$(intent)
# The other way round the same tree is another change.
[ "$(intent HEAD^2 HEAD)" != "$wanted" ] || fail 'the second parent counts as the first'
git checkout -q -b squashed main && git checkout -q merged -- . && commit squashed
[ "$(intent)" = "$wanted" ] || fail 'squash: another intent'
git checkout -q -b rebased main && set_entry e/e 2022-02-02 && commit first
git checkout -q merged -- . && commit second
[ "$(intent main rebased)" = "$wanted" ] || fail 'rebase: another intent'
[ "$(intent rebased~1 rebased)" != "$wanted" ] || fail 'half of it has the same intent'

# A fast-forward, comments, order and spelling of the same time are no changes.
git checkout -q fork && { echo '# a comment'; cat config.yaml; } >new && mv new config.yaml
sed -i 's|b/b: {token_created_after: 2020-01-01T00:00:00Z}|b/b: {"token_created_after": "2020-01-01T01:00:00+01:00"}|' \
  config.yaml
commit cosmetics
expect_exit 0 hookplan plan --exit-code
has_line 'no changes. 5 unchanged.'

# Git's own ways to show other objects than everybody else has are refused.
git replace "$(git rev-parse HEAD)" "$(git rev-parse main)"
expect_exit 66 hookplan plan
complains 'HP3012'
git replace -d "$(git rev-parse HEAD)" >"$tmp/ignored" && expect_exit 0 hookplan plan
