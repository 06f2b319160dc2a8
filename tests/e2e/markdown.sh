#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The comment on a pull request: complete where it matters, never larger than a comment may be.
. "$(dirname "$0")/session.sh"

# as_text: what a reader sees of markdown with numeric entities.
as_text() { sed 's/&#46;/./g; s/&#58;/:/g; s/&#95;/_/g; s/&#62;/>/g; s/<\/*code>//g' "$tmp/out"; }
small() { [ "$(wc -c <"$tmp/out")" -le 60000 ] || fail "$(wc -c <"$tmp/out") bytes"; }

# Verdict and blocker come first.
two_commits blocked 'a/a=2020-01-01' ''
expect_exit 3 hookplan plan --format markdown
has_line '### Webhook plan: 1 remove'
sed -n 3p "$tmp/out" | grep -q '^\*\*Not ready to merge:\*\*' || fail 'the verdict is not in line 3'

# Links lead to the lines of the commit that has them.
two_commits work 'foo/bar=2018-10-02 foo/baz=2019-01-01' 'foo/baz=2025-01-01 new/one=2025-06-01'
git remote add origin https://ada:hunter2@github.com/acme/config.git
expect_exit 0 hookplan plan --format markdown
has '**Ready for review.**'
has "(https://github.com/acme/config/blob/$(git rev-parse HEAD~1)/config.yaml#L3)"
has "(https://github.com/acme/config/blob/$(git rev-parse HEAD)/config.yaml#L4)"
has_not hunter2
has '[!CAUTION]'
has 'stops sending events as soon as this is applied'
# The command that it offers for checking prints the digest that it says.
as_text | sed -n 's/^\(hookplan plan .*\) must print$/\1/p' >"$tmp/command"
as_text | grep -o 'sha256:[0-9a-f]*' >"$tmp/digest"
grep -q . "$tmp/command" || fail 'no command'
expect_exit 0 eval "$(cat "$tmp/command")"
has "$(cat "$tmp/digest")"
# Also where the shell would take the path for more than one word.
git mv config.yaml 'my $HOME config.yaml' && commit moved
config foo/baz=2026-01-01 >'my $HOME config.yaml' && commit rotated
expect_exit 0 hookplan plan --format markdown --config-path 'my $HOME config.yaml'
sed 's/&#36;/$/g' "$tmp/out" >"$tmp/shown" && mv "$tmp/shown" "$tmp/out"
as_text | sed -n "s/&#39;/'/g; s/^\(hookplan plan .*\) must print\$/\1/p" >"$tmp/command"
expect_exit 0 eval "$(cat "$tmp/command")"

# Nothing to do is said so.
expect_exit 0 hookplan plan HEAD HEAD --format markdown --config-path 'my $HOME config.yaml'
has '**Nothing to do:**'

# 3,000 onboardings do not push out one of 40 removals.
repository wide
printf 'version: 1\nguards: {max_removals: {count: 5000, percent: 100}}\n' >.hookplan.yaml
{ config && seq -f '    gone/removed-%.0f: {token_created_after: 2020-01-01T00:00:00Z}' 40 && many 60; } \
  >config.yaml && commit base
{ config && many 3060; } >config.yaml && commit head
expect_exit 0 hookplan plan --format markdown
small
has '### Webhook plan: 40 remove, 3000 onboard'
for number in $(seq 40); do
  grep -qwF "gone/removed-$number" "$tmp/out" || fail "gone/removed-$number is missing"
done

# 3,000 removals are too long for a comment: the verdict says so, and so does the list. Size alone blocks
# nothing: that is for guards, and this one allows it.
git checkout -q --orphan other && { config && many 3001; } >config.yaml && commit base
{ config && many 1; } >config.yaml && commit head
expect_exit 0 hookplan plan --format markdown
small
as_text >"$tmp/shown"
sed -n 3p "$tmp/shown" | grep -q 'too long to show here in full.*[0-9]* removals below are only counted' ||
  fail 'the verdict does not say that it is cut'
has '3000 entries stop sending events as soon as this is applied' "$tmp/shown"
grep -q 'and [0-9]* more' "$tmp/shown" || fail 'the list ends without saying that it is cut'
