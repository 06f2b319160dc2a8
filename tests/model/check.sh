#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The model keeps its claims in every order of steps, and without any one of its rules it does not.
set -eu
model=$(cd "$(dirname "$0")" && pwd)/rotation.pml
for tool in spin cc; do
  command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
tmp=$(mktemp -d)
trap 'wait; rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp"
mkdir claims rules

fail() {
  echo "FAILED: $*"
  [ ! -s out ] || { echo '--- out:'; head -c 6000 out; }
  exit 1
} >&2

# verifier SETTING FLAG...: makes ./pan, which searches the model with that setting.
verifier() {
  setting=$1
  shift
  rm -f pan pan.*
  spin -a "-D$setting" "$model" >out 2>&1 || fail "$setting: spin does not take the model"
  cc "$@" -o pan pan.c >out 2>&1 || fail "$setting: the verifier does not compile"
}
# search OPTION...: what it finds goes to the file out.
search() { ./pan -w20 "$@" >out 2>&1 || fail "$setting: the search broke off"; }
states() { sed -n 's/^ *\([0-9][0-9]*\) states, stored.*/\1 states/p' out; }
# More steps than there are in a row. A search that goes less deep leaves something out.
everything=-m500000

# keeps CLAIM OPTION...
keeps() {
  claim=$1
  shift
  search "$everything" "$@"
  grep -q 'errors: 0$' out || fail "$claim: this is not so"
  ! grep -qiE 'too small|not completed|out of memory' out || fail "$claim: the search left something out"
  [ -n "$(states)" ] || fail "$claim: no states"
  echo "$claim: kept, $(states)"
}
claims() {
  verifier BROKEN=NONE -O1 -DSAFETY -DNOCLAIM
  keeps 'no delivery is refused'
  verifier FAULTS=1 -O1 -DNFAIR=3
  keeps 'after at most one fault the rotation ends' -a -f
}
is_refused() { grep -q 'assertion violated (view' out; }
rules() {
  for rule in NO_CAS NO_RECEIVER_PROOF NO_DELIVERY_PROOF NO_LEASE NO_DRAIN SECOND_MINT PATCH_BEFORE_DROP; do
    # An optimizer takes longer than this search.
    verifier "BROKEN=$rule" -O0 -DSAFETY -DNOCLAIM
    search -m5000
    is_refused || search "$everything"
    is_refused || fail "$rule: no delivery is refused, so the model lacks something"
    echo "$rule: a delivery is refused, $(states)"
  done
}
(cd claims && claims) >claims/said 2>&1 &
(cd rules && rules) >rules/said 2>&1 || failed=1
wait "$!" || failed=1
cat claims/said rules/said
exit "${failed:-0}"
