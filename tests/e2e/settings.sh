#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# .hookplan.yaml: what it allows is what the base allows.
. "$(dirname "$0")/session.sh"

eight=$(seq -f 'old/r%.0f=2020-01-01' 8)
settings() { printf 'version: 1\nguards:\n' && printf '  %s\n' "$@"; }

# A pull request that raises the limit it needs raised is judged by the old one.
two_commits raise "$eight z/z=2020-01-01" 'z/z=2020-01-01'
settings 'max_removals: {count: 100, percent: 100}' >.hookplan.yaml
git add -A && git commit -q --amend -m head
expect_exit 3 hookplan plan
has 'blocked   max_removals: 8 removed of 9'
has 'notice HP2401'
has '.hookplan.yaml is added here; guards are the stricter ones of both sides'
git checkout -q HEAD~1 && settings 'max_removals: {count: 3}' >.hookplan.yaml && commit strict
git checkout -q main -- . && commit raised
expect_exit 3 hookplan plan
has 'allowed: 3 removed'
has '.hookplan.yaml changes here'
# Raised first, in a commit of its own, it counts.
git checkout -q HEAD~1 && git checkout -q main -- .hookplan.yaml && commit allowed
git checkout -q main -- . && commit removed
expect_exit 0 hookplan plan
has_line 'guards    passed: max_removals, protected, empty_section'
has_not 'HP2401'

# Protected entries are neither removed nor unprotected in one go; they may be rotated.
repository protected
config keep/one=2020-01-01 keep/two=2020-01-01 z/z=2020-01-01 >config.yaml
settings 'protected: ["keep/*"]' >.hookplan.yaml && commit base
config keep/two=2021-01-01 z/z=2020-01-01 >config.yaml
git rm -q .hookplan.yaml && commit head
expect_exit 3 hookplan plan
has 'blocked   protected: remove keep/one'
has '.hookplan.yaml is deleted here'
grep -q '^  - remove  *keep/one .*protected$' "$tmp/out" || fail 'the removal is not marked'
grep -q '^  ~ rotate  *keep/two .*protected$' "$tmp/out" || fail 'the rotation is not marked'
git checkout -q HEAD~1 -- .hookplan.yaml && config keep/one=2025-01-01 keep/two=2020-01-01 >config.yaml
commit rotation && expect_exit 0 hookplan plan HEAD~2 HEAD

# Emptying it all needs the word of the base.
repository emptying
config a/a=2020-01-01 >config.yaml && settings 'allow_empty: true' >.hookplan.yaml && commit base
config >config.yaml && commit head
expect_exit 0 hookplan plan
has 'warning HP2201'

# Broken settings of the base: the default guards count, and the change that mends them gets through.
two_commits broken "$eight" 'old/r1=2020-01-01'
printf 'version: 1\nguards: {max_removal: {count: 9}}\n' >.hookplan.yaml && commit broken
expect_exit 5 hookplan plan
silent out
complains 'error HP4002'
complains '.hookplan.yaml:2'
complains 'did you mean max_removals?'
settings 'max_removals: {count: 9}' >.hookplan.yaml && commit mended
expect_exit 0 hookplan plan
has 'warning HP4002'
has 'the settings of the base cannot be read, so the default guards count'
git checkout -q HEAD~1 -- . && git checkout -q HEAD~3 -- config.yaml && commit back
echo 'version: 1' >.hookplan.yaml && config old/r1=2020-01-01 >config.yaml && commit both
expect_exit 3 hookplan plan
has 'allowed: 5 removed'

# What a settings file cannot say.
for text in 'version: 2' 'guards: {}' 'version: 1
guards: {max_removals: {count: -1}}' 'version: 1
config: ../config.yaml' 'version: [' 'version: 1
version: 1'; do
  echo "$text" >.hookplan.yaml && commit bad
  expect_exit 5 hookplan plan
  complains '.hookplan.yaml'
done
