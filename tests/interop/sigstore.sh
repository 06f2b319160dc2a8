#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Random payloads that we sign verify with Sigstore's verifier, and none of them with one bit flipped.
. "$(dirname "$0")/interop.sh"
need_packages
export HOOKPLAN_PACKAGES

two_keys
random_payloads 380
# It counts a type in characters instead of bytes, and takes an empty payload for a missing one.
for body in payloads/*.body; do
  type=${body%.body}.type
  if [ ! -s "$body" ] || grep -q '[^ -~]' "$type"; then rm "$body" "$type"; fi
done
number=$(find payloads -name '*.body' | wc -l)
[ "$number" -ge 300 ] || fail "only $number payloads are left"
for key in p256 ed25519; do
  mkdir $key $key-flipped
  envelope_tool sign $key.key payloads $key || fail "we do not sign with $key"
  envelope_tool flip "$seed" $key $key-flipped || fail 'nothing is flipped'
  for folder in $key $key-flipped; do
    node "$interop/sigstore.mjs" envelopes $key.key.pub $folder >$folder.verdicts 2>"$tmp/err" ||
      fail 'no verdicts of Sigstore'
    [ "$(wc -l <$folder.verdicts)" = "$number" ] || fail "verdicts are missing in $folder"
  done
  all ok $key.verdicts
  all bad $key-flipped.verdicts
  echo "$key: $number verify, $number with a flipped bit do not"
done
