# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What every test here needs: `. "$(dirname "$0")/interop.sh"`, from a script that ctest runs. A session
# like those of tests/e2e, but in the present: other tools have no other time.
. "$(dirname "$0")/../e2e/session.sh"
unset SOURCE_DATE_EPOCH
# shellcheck disable=SC2034
interop=$e2e # what session.sh calls the folder of the script that runs
envelope_tool() { "${ENVELOPE_TOOL:?name the tool}" "$@"; }
openssl() { command openssl "$@" 2>>"$tmp/openssl.log"; }

# Random payloads are the same in every run; HOOKPLAN_SEED=N tries others.
seed=${HOOKPLAN_SEED:-20261122}

# The packages that packages.sh installs.
need_packages() {
  need node
  packages=${HOOKPLAN_PACKAGES:-}
  [ -e "$packages/installed" ] || skip 'the npm packages are absent (see interop.packages)'
}

# random_payloads NUMBER [SEED]: into the folder payloads.
random_payloads() {
  mkdir payloads
  echo "$1 random payloads, HOOKPLAN_SEED=$seed"
  envelope_tool payloads "$seed" "$1" payloads || fail 'no payloads'
}
# two_keys: p256.key and ed25519.key with .pub beside them, made by us.
two_keys() {
  for type in p256 ed25519; do
    hookplan keygen --type $type --out "$type.key" >"$tmp/out" 2>"$tmp/err" || fail "no $type key"
  done
}
# all WORD LIST: every line of a list of verdicts ends in that word, and there is at least one.
all() {
  [ -s "$2" ] || fail "$2 is empty"
  ! grep -v " $1\$" "$2" >"$tmp/out" || fail "not $1, in $2"
}

# signed_plan: a repository with a change, and plan.dsse that p256.key signed; config.yaml of both.
signed_plan() {
  two_commits repository 'foo/bar=2018-10-02 foo/baz=2019-01-01' \
    'foo/bar=2018-10-02 foo/baz=2025-01-01 new/r=2025-06-01'
  git remote add origin https://github.com/acme/config
  cd "$tmp"
  git -C repository show HEAD:config.yaml >config.yaml
  git -C repository show HEAD~1:config.yaml >old.yaml
  hookplan plan --repo repository --sign file:p256.key --out plan.dsse >"$tmp/out" 2>"$tmp/err" ||
    fail 'no signed plan'
}
# approve_with KEY: plan.dsse is signed by KEY, too.
approve_with() {
  digest=$(payload plan.dsse | sha256sum | cut -c1-64)
  hookplan approve plan.dsse --key "file:$1" --digest "$digest" >"$tmp/out" 2>"$tmp/err" ||
    fail "no approval by $1"
}

# The recipe for reviewers: nothing of ours in it. In base64 the URL-safe alphabet may stand as well.
decoded() { tr -- -_ +/ | base64 -d; }
payload() { jq -r .payload "$1" | decoded; }
# pae_of TYPE FILE: what is signed.
pae_of() {
  printf 'DSSEv1 %d %s %d ' "$(printf %s "$1" | wc -c)" "$1" "$(wc -c <"$2")"
  cat "$2"
}
# take_apart ENVELOPE [INDEX]: its payload into the file body, what is signed into pae, and a signature
# into signature. One call of jq, which is slow to start; the type comes last, as it may hold a line
# break.
take_apart() {
  jq -r --argjson index "${2:-0}" '.payload, .signatures[$index].sig, .payloadType' "$1" >parts
  sed -n 1p parts | decoded >body
  sed -n 2p parts | decoded >signature
  pae_of "$(sed 1,2d parts)" body >pae
}
is_ed25519() { openssl pkey -pubin -in "$1" -noout -text | grep -q ED25519; }
# openssl_verifies PUBLIC_KEY SIGNATURE FILE
openssl_verifies() {
  if is_ed25519 "$1"; then
    openssl pkeyutl -verify -rawin -pubin -inkey "$1" -sigfile "$2" -in "$3" >>"$tmp/openssl.log"
  else
    openssl dgst -sha256 -verify "$1" -signature "$2" "$3" >>"$tmp/openssl.log"
  fi
}
