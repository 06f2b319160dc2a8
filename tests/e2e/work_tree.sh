#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is not committed is not in a plan, which says so, and can be looked at before it is committed.
. "$(dirname "$0")/session.sh"

repository work
config a/a=2020-01-01 b/b=2020-01-01 >config.yaml && commit base
config a/a=2021-01-01 b/b=2020-01-01 >config.yaml && commit rotate
objects() { find .git -type f -exec sha256sum {} + | sort; }
# plan EXIT [WORDS...]: changes nothing in the repository.
plan() {
  wanted=$1
  shift
  objects >"$tmp/before"
  expect_exit "$wanted" hookplan plan "$@"
  objects >"$tmp/after"
  cmp -s "$tmp/before" "$tmp/after" || fail 'the repository was changed'
}
plan 0
has '~ rotate   a/a'
silent err
plan 0 --worktree
has 'no changes'

config a/a=2022-01-01 c/c=2020-01-01 >config.yaml
plan 0
has '~ rotate   a/a       tokens from 2020-01-01 -> 2021-01-01'
complains 'HP2408'
complains 'config.yaml was edited'
plan 0 --worktree
silent err
has 'tokens from 2021-01-01 -> 2022-01-01'
has '- remove   b/b'
has '+ onboard  c/c'
has 'base: HEAD; compared with the work tree'
plan 0 --worktree HEAD~1
has 'tokens from 2020-01-01 -> 2022-01-01'
# Whoever names the newer revision means that one.
plan 0 HEAD~1 HEAD
silent err
# Staged or not, new or not.
git add config.yaml
plan 0 --worktree
has '+ onboard  c/c'
printf 'version: 1\nguards: {protected: [b/b]}\n' >.hookplan.yaml
plan 3 --worktree --exit-code
has '+ onboard  c/c'

# It is a mistake, and shown as one.
printf 'managed_webhooks: [\n' >config.yaml
plan 5 --worktree
config a/a=2021-01-01 >config.yaml
rm config.yaml
plan 3 --worktree --exit-code
has '- remove   a/a'
has 'blocked'
# Without the file nobody can tell that it was edited: a checkout may leave it out.
plan 0
silent err
# Special files, huge ones and links are none of it.
mkfifo config.yaml pipe.yaml
ln -s /etc/passwd link.yml
plan 3 --worktree --exit-code
rm config.yaml pipe.yaml link.yml

# What cannot be made again cannot be signed.
git checkout -q config.yaml
for words in '--sign file:none' '--branch main' 'HEAD~1 HEAD' 'HEAD~1...HEAD'; do
  # shellcheck disable=SC2086
  plan 64 --worktree $words
  complains '--worktree'
done
git init -q --bare "$tmp/bare.git" && git push -q "$tmp/bare.git" HEAD:refs/heads/master HEAD:refs/heads/main
cd "$tmp/bare.git"
plan 66 --worktree
complains 'HP3019'
