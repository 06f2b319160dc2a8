#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Random payloads and the openssl command line, by the recipe for reviewers: it verifies what we sign,
# and we verify what it signs.
. "$(dirname "$0")/interop.sh"
need openssl jq base64

openssl genpkey -algorithm ED25519 -out ed25519.key || skip 'this openssl has no Ed25519'
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.key || fail 'no key'
random_payloads 32
mkdir ours theirs
for key in p256 ed25519; do
  openssl pkey -in $key.key -pubout -out $key.pub
  mkdir ours/$key theirs/$key
  envelope_tool sign $key.key payloads ours/$key || fail "we do not sign with $key"
  for envelope in "ours/$key"/*.json; do
    take_apart "$envelope"
    openssl_verifies $key.pub signature pae || fail "openssl refuses $envelope of ours"
    printf x >>pae
    ! openssl_verifies $key.pub signature pae || fail "openssl takes $envelope with a byte more"
  done
  for body in payloads/*.body; do
    name=$(basename "$body" .body)
    type=$(cat "payloads/$name.type")
    pae_of "$type" "$body" >pae
    if [ $key = ed25519 ]; then
      openssl pkeyutl -sign -rawin -inkey $key.key -in pae -out signature
    else
      openssl dgst -sha256 -sign $key.key -out signature pae
    fi || fail "openssl does not sign $name"
    jq -n --arg type "$type" --arg payload "$(base64 -w 0 "$body")" --arg sig "$(base64 -w 0 signature)" \
      '{payloadType: $type, payload: $payload, signatures: [{sig: $sig}]}' >"theirs/$key/$name.json"
  done
  envelope_tool verify $key.pub theirs/$key >verdicts
  [ "$(wc -l <verdicts)" = 32 ] || fail 'verdicts are missing'
  all ok verdicts
  mkdir "flipped-$key"
  envelope_tool flip "$seed" "theirs/$key" "flipped-$key" || fail 'nothing is flipped'
  envelope_tool verify $key.pub "flipped-$key" >verdicts
  [ "$(wc -l <verdicts)" = 32 ] || fail 'verdicts are missing'
  all bad verdicts
  for flipped in "flipped-$key"/*.json; do
    take_apart "$flipped"
    ! openssl_verifies $key.pub signature pae || fail "openssl takes $flipped"
  done
  echo "$key: 32 of ours verify with openssl, 32 of openssl with us; none of 32 with a flipped bit"
done
