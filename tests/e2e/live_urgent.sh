#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# After a leak nothing may keep the leaked token in use: not a rotation that was done before, not another clock,
# not another entry's mistake, and not a store that somebody put back.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 foo/baz=2020-01-01
tokens foo/bar foo/baz
rotate() { # PLAN [WORD...]
  result=$1
  shift
  expect_exit 0 hookplan rotate "$@" --repo work --branch main --sign file:ci.key --out "$result"
}
status() { nothing_changed expect_exit "$1" hookplan status --repo work --exit-code; }
settle() { expect_exit 0 hookplan settle --repo work --handover handover.yaml; }

# Asked for twice in one second, it is done twice.
export SOURCE_DATE_EPOCH=$now
rotate once.dsse --all
rotate twice.dsse --all
unset SOURCE_DATE_EPOCH
done_with once.dsse
overlap_is_over
settle
grep value: hmac.yaml >first.tokens
done_with twice.dsse
overlap_is_over
settle
grep value: hmac.yaml >second.tokens
[ "$(sort -u first.tokens second.tokens | wc -l)" = 4 ] || fail 'the second rotation made no new tokens'
# The same plan again is done already.
nothing_changed apply 0 twice.dsse

# A plan of a host whose clock is minutes ahead is newer than any of now, but no reason to wait.
ahead=$(date -u -d "@$((now + 480))" +%Y-%m-%dT%H:%M:%SZ)
sed -i "s/\"created\":\"[^\"]*\"/\"created\":\"$ahead\"/g" hmac.yaml.ledger
cp -p hmac.yaml older.yaml
rotate ahead.dsse --all
done_with ahead.dsse
overlap_is_over
settle
grep value: hmac.yaml >third.tokens
[ "$(sort -u second.tokens third.tokens | wc -l)" = 4 ] || fail 'the clock of another host blocked a rotation'

# Somebody puts the tokens back: hooks sign with others now, and nothing calls that in order.
sed 's/value: .*/value: leaked/' older.yaml >hmac.yaml
status 10
has 'foo/bar  in doubt     its store was put back to older tokens'
has 'next: hookplan rotate --all --repo work'
# A run that does something else does not make it so.
rotate one.dsse foo/bar
apply 7 one.dsse
confirm foo/bar
apply 0 one.dsse
overlap_is_over
settle
status 10
has 'foo/bar  in order'
has 'foo/baz  in doubt'
# shellcheck disable=SC2046
$(sed -n 's/^next: hookplan/expect_exit 0 hookplan/p' out) --branch main --sign file:ci.key --out again.dsse
done_with again.dsse
overlap_is_over
settle
status 0
has 'foo/baz  in order'
has_not leaked hmac.yaml

# The mistake of one entry is said, and keeps no token of another in use.
next foo/bar=2020-01-01 foo/baz=2999-01-01
rotate other.dsse foo/bar
done_with other.dsse
