#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A store that the settings name no more is emptied all the same, when its overlap has passed.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 qux=2020-01-01
tokens foo/bar qux somebody/else
(umask 077 && : >new.yaml)
sed -i "s|path: .*/hmac.yaml|path: $tmp/new.yaml|; s|hook.example.com/hook|new.example.com/hook|" work/.hookplan.yaml
(cd work && commit 'another receiver')
plan_to plan.dsse
# First the new hooks are set, then the old ones are deleted.
apply 7 plan.dsse
confirm --pattern '*' '*/*'
done_with plan.dsse
status_of() { expect_exit 0 hookplan status --repo work --exit-code; }
status_of
has 'foo/bar  in order'
has secret-of-foo-bar hmac.yaml
grep -q '"former_stores":\[{' new.yaml.ledger || fail 'nobody remembers the old store'

# Not before the overlap is over; what nobody rerouted stays for good.
settle() { expect_exit 0 hookplan settle --repo work --handover handover.yaml; }
settle
has secret-of-qux hmac.yaml
overlap_is_over
settle
for gone in secret-of-foo-bar secret-of-qux; do has_not $gone hmac.yaml; done
has secret-of-somebody-else hmac.yaml
grep -q '"former_stores":\[\]' new.yaml.ledger || fail 'the old store is still remembered'
# From now on nobody asks whether it is there.
rm hmac.yaml hmac.yaml.ledger
nothing_changed settle
nothing_changed apply 0 plan.dsse
