#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Three plugins that were added by a folder and a word each are checked, planned, signed and applied
# like all others.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../e2e/session.sh"

echo 'what it takes:'
for toy; do
  (cd "$here" && find "$toy" -type f | sort | sed 's/^/  plugins\//')
  echo "  plugins/CMakeLists.txt: the word $toy"
done
[ "$(cd "$here" && find "$@" -type f | wc -l)" = 6 ] || fail 'more than a source and its list a folder'

settings() {
  cat <<'END'
version: 1
forges: {box: {type: toy, file: hooks, login: env:TOY_LOGIN}}
receivers: {chest: {type: toy, url: https://toy.example.com/hook, store: {type: toy, place: tokens}}}
routes: [{match: "*", forge: box, receiver: chest}]
END
}
repository work
settings >.hookplan.yaml
config foo/bar=2020-01-01 >config.yaml && commit base
config foo/bar=2020-01-01 new/one=2020-01-01 >config.yaml && commit head

expect_exit 0 hookplan version
has_line 'forges     github, manual, toy'
has_line 'stores     file, gcp-secret-manager, kubernetes, vault, toy'
expect_exit 0 hookplan help settings
has 'place'

# Offline: types, fields and names.
settings | sed 's/place: tokens/plaec: tokens/' >.hookplan.yaml
expect_exit 5 hookplan check .hookplan.yaml
complains 'did you mean place?'
settings | sed 's/env:TOY_LOGIN/hunter2/' >.hookplan.yaml
expect_exit 5 hookplan check .hookplan.yaml
complains 'forges.box.login does not say where the secret is'
has_not hunter2 "$tmp/err"
settings >.hookplan.yaml
config foo/b.r=2020-01-01 >odd.yaml
expect_exit 5 hookplan check odd.yaml
complains 'a toy has no dots'
config foo/bar=2020-01-01 Foo/Bar=2020-01-01 >odd.yaml
expect_exit 0 hookplan check odd.yaml

# The plan names what tells the systems apart, and not how one logs in.
hookplan keygen --type ed25519 --out ci.key >/dev/null
expect_exit 0 hookplan plan --branch main --format json
has '"forge":{"file":"hooks","name":"box","type":"toy"}'
has '"store":{"place":"tokens","type":"toy"}'
has_not TOY_LOGIN
install -m 600 /dev/null tokens
unset SOURCE_DATE_EPOCH  # apply lives by the clock of the machine
expect_exit 0 hookplan plan --branch main --sign file:ci.key --out plan.dsse
expect_exit 0 hookplan apply plan.dsse --key ci.key.pub
has_line '1 done'
grep -q '^new/one https://toy.example.com/hook ' hooks || fail 'the forge has no hook'
token=$(sed 's/.* //' hooks)
grep -q "^new/one $token " tokens || fail 'the store has not the token that the hook signs with'
