#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No room for a file at whatever size it has: what was there stays whole, the error says so, and the
# same command goes on once there is room.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

entries=''
for number in 1 2 3 4 5 6 7 8 9; do entries="$entries o/r$number"; done
dated() { for entry in $entries; do printf '%s=%s ' "$entry" "$1"; done; }
# shellcheck disable=SC2046
live_repository $(dated 2020-01-01)
# shellcheck disable=SC2046
next $(dated 2026-01-02)
plan_to plan.dsse
# shellcheck disable=SC2086
tokens $entries
cp -p hmac.yaml first.yaml

# limited BLOCKS COMMAND...: no file grows beyond so many times 512 bytes.
limited() {
  blocks=$1
  shift
  (
    trap '' XFSZ
    ulimit -f "$blocks"
    exec "$@"
  )
}
apply_limited() { # BLOCKS [OPTION...]
  blocks=$1
  shift
  limited "$blocks" "$HOOKPLAN" apply plan.dsse --key ci.key.pub --repo work --handover handover.yaml --wait 0s "$@" \
    >out 2>err
}
old_tokens_are_there() {
  for entry in $entries; do
    grep -q "secret-of-$(echo "$entry" | tr / -)$" hmac.yaml || fail "$blocks: no old token of $entry"
  done
  expect_exit 0 hookplan status --repo work
  [ -z "$(find . -name '*.hookplan-new')" ] || fail "$blocks: something is left over"
}

refused=0
for blocks in 1 2 3 4 5 6 8 10 12 16 24; do
  rm -rf handover.yaml* hmac.yaml.*
  cp -p first.yaml hmac.yaml
  code=0
  apply_limited "$blocks" || code=$?
  case $code in
    7) ;; # people are to set the hooks
    69 | 73)
      refused=$((refused + 1))
      cat out err >both
      has 'fix: ' both
      ;;
    *) fail "$blocks: exit $code" ;;
  esac
  old_tokens_are_there
  # With room the same command goes on.
  apply 7 plan.dsse
  confirm --pattern 'o/*'
  apply 0 plan.dsse
  old_tokens_are_there
done
[ "$refused" -ge 3 ] || fail "only $refused were refused"

# What cannot be noted is not done.
rm -rf handover.yaml* hmac.yaml.*
cp -p first.yaml hmac.yaml
code=0
apply_limited 1 --events events.jsonl || code=$?
[ "$code" != 0 ] && [ "$code" != 7 ] || fail "exit $code"
old_tokens_are_there
