#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The policy comes from the trusted side only, and from the revision that was meant.
. "$(dirname "$0")/session.sh"
at=2026-01-01T12:00:00Z
for name in ci eve; do hookplan keygen --type ed25519 --out $name.key | sed -n 's/^    //p' >$name.line; done
policy_of() {
  printf 'version: 1\npolicy:\n  keys:\n    '
  cat "$tmp/$1.line"
  printf '  roles: {planner: {keys: [%s]}}\n' "$1"
}
repository upstream
config foo/bar=2024-01-01 >config.yaml && policy_of ci >.hookplan.yaml && commit base
config foo/bar=2025-01-01 >config.yaml && commit rotate
hookplan plan --sign file:"$tmp/ci.key" --out "$tmp/good.dsse" 2>"$tmp/err"
expect_exit 0 hookplan verify "$tmp/good.dsse" --policy-at main --at $at

# A change that brings a policy of its own is judged by the one before it.
git checkout -q -b evil HEAD~1
config foo/bar=2025-01-01 >config.yaml && policy_of eve >.hookplan.yaml && commit evil
hookplan plan --sign file:"$tmp/eve.key" --out "$tmp/evil.dsse" 2>"$tmp/err"
expect_exit 21 hookplan verify "$tmp/evil.dsse" --policy-at main --at $at
expect_exit 26 hookplan verify "$tmp/evil.dsse" --policy-at evil --at $at
complains 'the policy is the one that this very plan brings'
expect_exit 0 hookplan plan main evil
has 'notice HP2401'
has 'policy'

# However it is merged, it does not judge itself.
for way in '--no-ff -m merge' '--squash'; do
  git checkout -q -b merged main
  # shellcheck disable=SC2086
  git merge -q -X theirs $way evil >"$tmp/ignored" && commit merged
  expect_exit 26 hookplan verify "$tmp/evil.dsse" --policy-at merged --at $at
  expect_exit 26 hookplan verify "$tmp/evil.dsse" --policy .hookplan.yaml --at $at
  git checkout -q main && git branch -q -D merged
done

# Whoever may push a tag does not choose what origin/main is.
git tag origin/main evil
git checkout -q main
git clone -q "$tmp/upstream" "$tmp/clone" && cd "$tmp/clone"
expect_exit 66 hookplan verify "$tmp/evil.dsse" --policy-at origin/main --at $at
complains HP3004
complains 'refs/tags/origin/main'
complains 'the full name of the one you mean'
expect_exit 21 hookplan verify "$tmp/evil.dsse" --policy-at refs/remotes/origin/main --at $at
expect_exit 66 hookplan plan origin/main HEAD
complains HP3004

git tag -d origin/main >"$tmp/ignored"
for name in origin rel@1 "$(git rev-parse --short=8 origin/main)"; do
  case $name in rel*) git branch -q "$name" origin/main ;; esac
  git tag "$name" origin/evil
  expect_exit 66 hookplan verify "$tmp/evil.dsse" --policy-at "$name" --at $at
  complains HP3004
done
# HEAD and full names mean one thing, whatever tags there are.
git tag HEAD origin/evil 2>"$tmp/ignored" || git update-ref refs/tags/HEAD origin/evil
for name in HEAD refs/heads/main HEAD~0 '@{0}' "$(git rev-parse main)"; do
  expect_exit 21 hookplan verify "$tmp/evil.dsse" --policy-at "$name" --at $at
done
# The same commit under two names is one meaning.
git tag main main
expect_exit 21 hookplan verify "$tmp/evil.dsse" --policy-at main --at $at

# A revision without a policy, and a policy in a file.
cd "$tmp/upstream" && git rm -q .hookplan.yaml && commit none
expect_exit 5 hookplan verify "$tmp/good.dsse" --policy-at HEAD --at $at
complains HP4101
policy_of ci >"$tmp/policy.yaml"
expect_exit 0 hookplan verify "$tmp/good.dsse" --policy "$tmp/policy.yaml" --at $at

# The plan says who must sign it, and a broken policy is an error of the change that breaks it.
git checkout -q main~1 && cd "$tmp/upstream"
expect_exit 0 hookplan plan main~2 main~1
has 'to be signed by 1 planner'
printf 'version: 1\npolicy: {keys: {a: {ssh: ssh-rsa AAAA}}, roles: {r: {keys: [a]}}}\n' >.hookplan.yaml && commit broken
expect_exit 5 hookplan plan
has 'error HP4102'
has '.hookplan.yaml:2'
config foo/bar=2025-06-01 >config.yaml && commit later
expect_exit 0 hookplan plan
has 'warning HP4102'
