#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A repository of another user is refused as git refuses it, and the fix that is named works.
. "$(dirname "$0")/session.sh"
[ "$(id -u)" = 0 ] || skip 'only root can give a repository away'

# refused_then_mended FOLDER
refused_then_mended() {
  rm -f "$HOME/.gitconfig"
  cd "$1"
  git status >"$tmp/out" 2>&1 && fail "git itself accepts $1"
  expect_exit 66 hookplan plan
  silent out
  complains 'error HP3002'
  complains 'belongs to another user'
  sed -n 's/^ *fix: \(git config .*\)$/\1/p' "$tmp/err" >"$tmp/fix"
  sh "$tmp/fix" || fail "the fix does not run: $(cat "$tmp/fix")"
  expect_exit 0 hookplan plan
  has '~ rotate   a/a'
}
git config --global --add safe.directory '*'
two_commits 'my clone' 'a/a=2020-01-01' 'a/a=2021-01-01'
mkdir below
git worktree add -q "$tmp/linked" HEAD
git clone -q --bare "$tmp/my clone" "$tmp/bare.git"
chown -R 65534:65534 "$tmp/my clone" "$tmp/linked" "$tmp/bare.git"

refused_then_mended "$tmp/my clone"
refused_then_mended "$tmp/my clone/below"
refused_then_mended "$tmp/bare.git"
refused_then_mended "$tmp/linked"
rm "$HOME/.gitconfig"
git config --global --add safe.directory '*'
expect_exit 0 hookplan plan --repo "$tmp/my clone"
