#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A reviewer reads an envelope with jq and base64. However the envelope is written: if we verify it, then
# what he reads is byte for byte what we took for the plan.
. "$(dirname "$0")/interop.sh"
need jq base64
python=/usr/bin/python3
[ -x "$python" ] || skip "$python is absent"

two_keys
signed_plan
approve_with ed25519.key
mkdir cases
number=280
echo "$number mutations, HOOKPLAN_SEED=$seed"
"$python" "$interop/mutate_envelope.py" "$seed" $number plan.dsse cases || fail 'no mutations'

# judge CASE: its verdict is in CASE.verdict. A decoder that is not content is a disagreement, too.
judge() {
  code=0
  hookplan verify "$1.dsse" --key p256.key.pub >"$1.out" 2>"$1.err" || code=$?
  if [ $code = 0 ]; then
    payload "$1.dsse" >"$1.read" 2>"$1.err" || echo "base64 or jq complains" >>"$1.read"
    hookplan show "$1.dsse" --format json >"$1.shown" 2>>"$1.err" || echo "show complains" >>"$1.shown"
    cmp -s "$1.read" "$1.shown" && echo accepted || echo DIFFERS
  else
    case $code in
      4 | 20 | 21 | 24 | 65) echo refused ;;
      *) echo "EXIT $code" ;;
    esac
  fi >"$1.verdict"
}
half() {
  case=$1
  while [ "$case" -lt $number ]; do
    judge "cases/$case"
    case=$((case + 2))
  done
}
half 0 &
half 1
wait $!

cd cases
for verdict in accepted refused; do
  grep -lx $verdict ./*.verdict >../$verdict || fail "nothing is $verdict"
done
grep -Lx 'accepted\|refused' ./*.verdict >../others || :
while read -r verdict; do
  case=${verdict%.verdict}
  echo "$(cat "$verdict"): $(cat "$case.txt")"
  head -c 400 "$case.err"
done <../others >"$tmp/out"
[ ! -s ../others ] || fail "$(wc -l <../others) envelopes are read in two ways"
[ $(($(wc -l <../accepted) + $(wc -l <../refused))) = $number ] || fail 'verdicts are missing'
# The one that nothing was done to.
untouched=$(grep -lx nothing ./*.txt | head -n 1)
grep -qx accepted "${untouched%.txt}.verdict" || fail 'the plan itself is refused'
echo "$(wc -l <../accepted) accepted, with the same plan for jq; $(wc -l <../refused) refused"
