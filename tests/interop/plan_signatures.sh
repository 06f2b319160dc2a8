#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Signatures of real plans, by plan --sign, sign, approve and attach, verify with the openssl command
# line by the recipe for reviewers.
. "$(dirname "$0")/interop.sh"
need openssl jq base64

# verified PLAN PUBLIC_KEY...: each signature is by the key at its place, and by no other.
verified() {
  plan=$1
  shift
  [ "$(jq '.signatures | length' "$plan")" = $# ] || fail "$plan has not $# signatures"
  index=0
  for public; do
    take_apart "$plan" $index
    openssl_verifies "$public" signature pae || fail "openssl refuses signature $index of $plan"
    ! openssl_verifies other.pub signature pae || fail "another key made signature $index of $plan"
    expect_exit 0 hookplan verify "$plan" --key "$public"
    index=$((index + 1))
  done
  expect_exit 21 hookplan verify "$plan" --key other.pub
  hookplan pae "$plan" >our.pae || fail "no bytes to sign for $plan"
  same our.pae pae "what is signed in $plan"
  hookplan show "$plan" --format json >shown || fail "$plan cannot be shown"
  same shown body "what is shown of $plan"
}

signed_plan_by() { hookplan plan --repo repository --sign "file:$1" --out plan.dsse; }

two_keys
signed_plan
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.key || fail 'no key'
openssl pkey -in other.key -pubout -out other.pub
for key in p256 ed25519; do
  id=$(openssl pkey -pubin -in $key.key.pub -outform DER | sha256sum | cut -d' ' -f1)
  openssl pkey -in $key.key -pubout -out $key.derived
  same $key.derived $key.key.pub "openssl's public key and ours"

  expect_exit 0 signed_plan_by $key.key
  [ "$(jq -r '.signatures[0].keyid' plan.dsse)" = "$id" ] || fail "another key id than openssl's"
  verified plan.dsse $key.key.pub

  expect_exit 0 hookplan plan --repo repository --format json --out plan.json
  expect_exit 0 hookplan sign plan.json --key file:$key.key --out signed.dsse
  verified signed.dsse $key.key.pub
done

# Two signatures, of both kinds, in both orders.
expect_exit 0 signed_plan_by p256.key
approve_with ed25519.key
verified plan.dsse p256.key.pub ed25519.key.pub
expect_exit 0 signed_plan_by ed25519.key
approve_with p256.key
verified plan.dsse ed25519.key.pub p256.key.pub

# Three, the last made by openssl and attached; altered bytes are not.
hookplan pae plan.dsse >before
openssl dgst -sha256 -sign other.key -out other.sig before || fail 'openssl does not sign'
openssl dgst -sha512 -sign other.key -out sha512.sig before || fail 'openssl does not sign'
expect_exit 4 hookplan attach plan.dsse --signature sha512.sig --key other.pub
expect_exit 4 hookplan attach plan.dsse --signature other.sig --key p256.key.pub
expect_exit 0 hookplan attach plan.dsse --signature other.sig --key other.pub
expect_exit 0 hookplan verify plan.dsse --key other.pub
take_apart plan.dsse 2
same before pae 'what is signed, before and after'
openssl_verifies other.pub signature pae || fail 'openssl refuses its own signature'
echo 'plan --sign, sign, approve and attach: openssl takes every signature'
