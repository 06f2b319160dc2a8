#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A bundle of each signature of a plan with two verifies with Sigstore's verifier, for the config that
# the plan leads to and for no other.
. "$(dirname "$0")/interop.sh"
need_packages
need jq base64
export HOOKPLAN_PACKAGES

two_keys
signed_plan
approve_with ed25519.key
hookplan keygen --type p256 --out other.key >"$tmp/out" 2>"$tmp/err" || fail 'no other key'
sigstore_bundle() { node "$interop/sigstore.mjs" bundle "$@"; }
for key in p256 ed25519; do
  expect_exit 0 hookplan export plan.dsse --bundle --key $key.key.pub --out $key.bundle
  [ "$(jq '.dsseEnvelope.signatures | length' $key.bundle)" = 1 ] || fail 'not one signature'
  expect_exit 0 sigstore_bundle $key.key.pub $key.bundle config.yaml
  has 'verified: application/vnd.in-toto+json, '
  expect_exit 1 sigstore_bundle $key.key.pub $key.bundle old.yaml
  has 'another subject'
  expect_exit 1 sigstore_bundle other.key.pub $key.bundle config.yaml
  complains 'an unknown key'
  jq -c '.dsseEnvelope.payload |= sub("^e"; "f")' $key.bundle >altered.bundle
  expect_exit 1 sigstore_bundle $key.key.pub altered.bundle config.yaml
  complains VerificationError
done
# It has no place for a second signature; that is why there is one bundle for each.
jq -c --slurpfile plan plan.dsse '.dsseEnvelope.signatures = $plan[0].signatures' p256.bundle >two.bundle
expect_exit 1 sigstore_bundle p256.key.pub two.bundle config.yaml
complains ValidationError
expect_exit 21 hookplan export plan.dsse --bundle --key other.key.pub
