#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# After a leak everything is rotated. What one run leaves out keeps the leaked token, and nothing says
# that it is in order until it has another.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 foo/baz=2020-01-01 qux=2020-01-01
tokens foo/bar foo/baz qux
status() { # EXIT: of status --exit-code
  nothing_changed expect_exit "$1" hookplan status --repo work --exit-code
}
rotate() { expect_exit 0 hookplan rotate "$@" --repo work --branch main --sign file:ci.key --out rotate.dsse; }
settle() { expect_exit 0 hookplan settle --repo work --handover handover.yaml; }

rotate --all
apply 7 rotate.dsse --only foo/bar
confirm foo/bar
apply 0 rotate.dsse --only foo/bar
has 'qux      left out'
status 10
has 'qux      left out'
has 'foo/baz  left out'
has 'foo/bar  settling'
has 'next: hookplan rotate --repo work foo/baz'
# Nor later, nor by what finishes what was begun.
settle
overlap_is_over
settle
status 10
has 'foo/bar  in order'
has 'qux      left out'

# Another rotation of an entry does it for that entry; the plan itself for all.
# shellcheck disable=SC2046
$(sed -n 's/^next: hookplan/expect_exit 0 hookplan/p' out) --branch main --sign file:ci.key --out again.dsse
apply 7 again.dsse
confirm foo/baz
apply 0 again.dsse
status 10
has 'foo/baz  settling'
has 'qux      left out'
expect_exit 0 hookplan rotate qux --repo work --branch main --sign file:ci.key --out again.dsse
apply 7 again.dsse --emergency
confirm qux
# Also where no overlap is waited for: the leaked token counts until its own is over.
apply 0 again.dsse --emergency
has 'qux      settling'
status 0
has 'qux      settling'

# No leaked token is left, and no third one of an entry.
overlap_is_over
settle
status 0
has_not secret-of hmac.yaml
[ "$(grep -c value: hmac.yaml)" = 3 ] || fail 'another number of tokens'
