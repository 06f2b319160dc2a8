#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What --only leaves out is not forgotten by the command that finishes the rest.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository old/spec=2020-01-01 a/b=2020-01-01
tokens old/spec a/b
next new/spec=2020-01-01 a/b=2020-01-01
plan_to move.dsse
settle() { expect_exit "$1" hookplan settle --repo work --handover handover.yaml; }

# The hook of the old name may be the one of the new name by now, and goes only when that has its own.
apply 7 move.dsse --only old/spec
has 'the hook of old/spec stays until new/spec has its own'
for time in once twice; do
  settle 7
  has 'the hook of old/spec stays until new/spec has its own'
  has 'apply the plan that brings new/spec'
  [ ! -e handover.yaml ] || has_not 'do: delete hook' handover.yaml
  has secret-of-old-spec hmac.yaml
done
# The advice: all of the plan.
apply 7 move.dsse
has_not 'do: delete hook' handover.yaml
confirm new/spec
apply 7 move.dsse
has 'do: delete hook' handover.yaml

# What an organization lends to its repositories is explained.
live_again() {
  rm -rf work hmac.yaml* handover.yaml ci.key*
  live_repository "$@"
}
live_again foo=2020-01-01
tokens foo
next foo=2020-01-01 foo/x=2020-01-01
plan_to lend.dsse
done_with lend.dsse
overlap_is_over
settle 0
nothing_changed expect_exit 0 hookplan status --repo work --exit-code
has 'foo/x  in order'

# Outputs that would take what the store needs, whether it is there yet or not.
rm -f hmac.yaml.ledger
for output in hmac.yaml.ledger hmac.yaml.lock; do
  for words in "apply lend.dsse --key ci.key.pub --events" "settle --events" "plan --out"; do
    # shellcheck disable=SC2086
    nothing_changed expect_exit 64 hookplan $words $output --repo work
    complains HP5103
  done
done
nothing_changed expect_exit 64 hookplan settle --repo work --events lend.dsse
complains 'does not hold events'
