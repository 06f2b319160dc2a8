#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What hands expect of any command line: letters for common options, - for a stream, --json wherever there is a result,
# a path where a key is meant, and nothing for programs on a terminal.
. "$(dirname "$0")/session.sh"

two_commits work 'foo/bar=2018-10-02' 'foo/bar=2025-01-01 qux=2025-01-01'

# The same words under other names.
same_as() { expect_exit 0 hookplan "$@" && cmp -s "$tmp/wanted" "$tmp/out" || fail "another output: $*"; }
expect_exit 0 hookplan version && cp "$tmp/out" "$tmp/wanted"
same_as -V
same_as --version
expect_exit 0 hookplan plan --format json && cp "$tmp/out" "$tmp/wanted"
same_as plan -f json
same_as plan -fjson
same_as plan --json
same_as plan --json --out -
same_as plan --json -o -
expect_exit 0 hookplan plan --json -o plan.json
complains 'plan.json: 1 rotate'
same "$tmp/wanted" plan.json 'plan -o'
expect_exit 0 hookplan plan --json -q -o quiet.json
silent err
same plan.json quiet.json 'plan -q -o'
expect_exit 0 hookplan plan -v
complains 'config.yaml'

# Quiet: no report; what programs asked for and errors stay.
expect_exit 2 hookplan plan --quiet --exit-code
silent out && silent err
expect_exit 0 hookplan check -q config.yaml
silent out && silent err
same_as plan -q --json
expect_exit 66 hookplan plan -q nowhere
complains HP3003

# --json is --format json, and cannot be two things.
expect_exit 64 hookplan plan --json --format markdown
complains 'give one of them'
expect_exit 66 hookplan plan nowhere --json
has '"code":"HP3003"' "$tmp/err"
expect_exit 64 hookplan plan -f json --nonsense
has '"code":"HP5002"' "$tmp/err"
for words in 'version --json' 'explain --json' 'explain HP1108 --json' 'check config.yaml --json' 'show plan.json --json' \
  'keygen --out json.key --json' 'keygen --show json.key.pub --json'; do
  # shellcheck disable=SC2086
  expect_exit 0 hookplan $words
  if command -v python3 >/dev/null; then python3 -c 'import json, sys; json.load(sys.stdin)' <"$tmp/out" || fail "no JSON: $words"; fi
done

# A public key is printed again as it was when it was made.
expect_exit 0 hookplan keygen --out ci.key
grep -A1 'below keys' "$tmp/out" >"$tmp/made"
expect_exit 0 hookplan keygen --show ci.key.pub
tail -2 "$tmp/out" >"$tmp/shown"
same "$tmp/made" "$tmp/shown" 'keygen --show'
has 'ci: {ssh:'
expect_exit 64 hookplan keygen --show ci.key.pub --out other.key
expect_exit 64 hookplan keygen --out -
expect_exit 6 hookplan keygen --show ci.key
complains 'private key'

# A path that is there is a path; what is not there may be the secret, and is not repeated.
unset SOURCE_DATE_EPOCH
expect_exit 0 hookplan plan --branch main --sign ci.key --out plan.dsse
expect_exit 64 hookplan plan --branch main --sign absent.key --out other.dsse
has_not absent.key "$tmp/err"
complains 'file:PATH'
for option in --public-key --key; do
  for place in ci.key.pub file:ci.key.pub; do expect_exit 0 hookplan verify plan.dsse $option $place; done
done
expect_exit 64 hookplan verify plan.dsse --public-key ci.key.pub --key ci.key.pub
complains 'the same option'

# The digest alone, for scripts.
expect_exit 0 hookplan show plan.dsse --digest
grep -qxE 'sha256:[0-9a-f]{64}' "$tmp/out" || fail 'no digest'
expect_exit 0 hookplan keygen --out alice.key -q
silent out
expect_exit 0 hookplan approve plan.dsse --key alice.key --digest "$(hookplan show plan.dsse --digest)" --out approved.dsse
expect_exit 20 hookplan show plan.json --digest

# Plans and files through a pipe.
piped() { "$HOOKPLAN" "$@" <"$input"; }
input=plan.dsse
expect_exit 0 piped show - && cp "$tmp/out" "$tmp/wanted"
same_as show plan.dsse
expect_exit 0 piped verify - --public-key ci.key.pub
expect_exit 0 piped approve - --key alice.key --digest "$(hookplan show plan.dsse --digest)" --out -
expect_exit 0 piped pae - && cp "$tmp/out" "$tmp/wanted"
same_as pae plan.dsse
same_as pae plan.dsse -o -
expect_exit 0 piped export - --bundle --public-key ci.key.pub
[ ! -e - ] || fail 'a file called -'
input=config.yaml
expect_exit 0 piped check -
has 'ok  standard input  (2 entries)'
printf 'managed_webhooks: 1\n' >bad.yaml
input=bad.yaml
expect_exit 5 piped check -
complains 'standard input:1'
printf 'version: 1\n' >settings
input=settings
expect_exit 0 piped check - --as settings
input=/dev/null
expect_exit 65 piped show -
complains 'standard input'

# A signed plan is nothing for people.
if has_terminals; then
  on_terminal() { script -qec "$1" /dev/null </dev/null >"$tmp/out" 2>"$tmp/err" || :; }
  for words in 'plan --branch main --sign ci.key' 'sign plan.json --key ci.key' 'pae plan.dsse' 'merge plan.dsse approved.dsse' \
    'export plan.dsse --bundle --public-key ci.key.pub'; do
    on_terminal "\"\$HOOKPLAN\" $words"
    has HP5003
    has '--out FILE'
    has_not '"payload'
    on_terminal "\"\$HOOKPLAN\" $words --out -"
    has_not HP5003
    on_terminal "\"\$HOOKPLAN\" $words | cat"
    has_not HP5003
  done
  on_terminal '"$HOOKPLAN" show -'
  has 'standard input is a terminal'
fi
