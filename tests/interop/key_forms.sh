#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every form in which the openssl command line writes a private key of ours or a public one works, and
# names the same key.
. "$(dirname "$0")/interop.sh"
need openssl jq base64

two_keys
signed_plan
hookplan plan --repo repository --format json --out plan.json >"$tmp/out" 2>"$tmp/err" || fail 'no plan'
printf 'correct horse battery\n' >passphrase
chmod 600 passphrase

# signs KEY PUBLIC_KEY [OPTION...]: a plan signed with the key verifies with openssl and with us, under
# the key id that openssl computes.
number=0
signs() {
  key=$1 public=$2
  shift 2
  chmod 600 "$key"
  expect_exit 0 hookplan sign plan.json --key "file:$key" --out signed.dsse "$@"
  take_apart signed.dsse
  openssl_verifies "$public" signature pae || fail "openssl refuses what $key signed"
  expect_exit 0 hookplan verify signed.dsse --key "$public"
  [ "$public" = compressed.pub ] || id=$(openssl pkey -pubin -in "$public" -outform DER | sha256sum | cut -d' ' -f1)
  [ "$(jq -r '.signatures[0].keyid' signed.dsse)" = "$id" ] || fail "another key id for $key"
  number=$((number + 1))
}
# begins WORDS FILE: so that a form is tested that openssl really wrote.
begins() { grep -q -e "^-----BEGIN $1-----" "$2" || fail "$2 is no $1"; }
ec() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "$@"; }

ec -out pkcs8 && begins 'PRIVATE KEY' pkcs8
openssl pkey -in pkcs8 -pubout -out ec.pub
signs pkcs8 ec.pub
ec -pkeyopt ec_param_enc:named_curve -out named && openssl pkey -in named -pubout -out named.pub
signs named named.pub
openssl pkey -in pkcs8 -traditional -out sec1 && begins 'EC PRIVATE KEY' sec1
signs sec1 ec.pub
openssl ecparam -name prime256v1 -genkey -out parameters && begins 'EC PARAMETERS' parameters
openssl pkey -in parameters -pubout -out parameters.pub
signs parameters parameters.pub
# All spellings of one key, and without its public half.
openssl pkey -in pkcs8 -ec_conv_form compressed -out compressed
! cmp -s pkcs8 compressed || fail 'the compressed form is the same'
signs compressed ec.pub
openssl ec -in pkcs8 -conv_form compressed -out compressed-sec1 && begins 'EC PRIVATE KEY' compressed-sec1
signs compressed-sec1 ec.pub
openssl ec -in pkcs8 -no_public -out no-public && begins 'EC PRIVATE KEY' no-public
signs no-public ec.pub
openssl pkey -in pkcs8 -pubout -ec_conv_form compressed -out compressed.pub
! cmp -s ec.pub compressed.pub || fail 'the compressed form is the same'
signs pkcs8 ec.pub
signs compressed compressed.pub # with the key id of the line before

openssl genpkey -algorithm ED25519 -out ed && begins 'PRIVATE KEY' ed
openssl pkey -in ed -pubout -out ed.pub
signs ed ed.pub

# Encrypted, by openssl and by us.
for cipher in aes-256-cbc aes-128-cbc; do
  for name in pkcs8 ed; do
    public=ec.pub
    [ $name = pkcs8 ] || public=ed.pub
    openssl pkcs8 -topk8 -v2 $cipher -in $name -passout file:passphrase -out encrypted
    begins 'ENCRYPTED PRIVATE KEY' encrypted
    signs encrypted $public --passphrase file:passphrase
  done
done
openssl genpkey -algorithm ED25519 -aes-256-cbc -pass file:passphrase -out encrypted-ed
begins 'ENCRYPTED PRIVATE KEY' encrypted-ed
openssl pkey -in encrypted-ed -passin file:passphrase -pubout -out encrypted-ed.pub
signs encrypted-ed encrypted-ed.pub --passphrase file:passphrase
chmod 600 encrypted
expect_exit 6 hookplan sign plan.json --key file:encrypted
echo wrong >wrong
chmod 600 wrong
expect_exit 6 hookplan sign plan.json --key file:encrypted --passphrase file:wrong

# Ours, read by openssl.
for type in p256 ed25519; do
  hookplan keygen --type $type --passphrase file:passphrase --out ours-$type >"$tmp/out" 2>"$tmp/err" || fail keygen
  begins 'ENCRYPTED PRIVATE KEY' ours-$type
  openssl pkey -in ours-$type -passin file:passphrase -pubout -out derived.pub || fail "openssl does not read ours"
  same derived.pub ours-$type.pub 'the public key'
  signs ours-$type derived.pub --passphrase file:passphrase
  openssl pkey -in $type.key -pubout -out derived.pub || fail 'openssl does not read ours'
  same derived.pub $type.key.pub 'the public key'
  signs $type.key derived.pub
done

# What is no key for us is none in any form.
refused() {
  chmod 600 "$1"
  expect_exit 6 hookplan sign plan.json --key "file:$1"
  [ ! -s "$tmp/out" ] || fail "something is signed with $1"
}
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa && refused rsa
openssl genpkey -algorithm ED448 -out ed448 && refused ed448
openssl genpkey -algorithm X25519 -out x25519 && refused x25519
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384 && refused p384
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out k1 && refused k1
ec -pkeyopt ec_param_enc:explicit -out explicit && refused explicit
echo "$number keys sign and are called as openssl calls them"
