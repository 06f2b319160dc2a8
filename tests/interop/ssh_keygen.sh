#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Approvals by ssh keys: what `ssh-keygen -Y sign` makes of `hookplan pae` counts for `hookplan verify`,
# and both programs say the same about everything else that may be handed in.
. "$(dirname "$0")/interop.sh"
need ssh-keygen jq base64
ssh-keygen -Y sign 2>&1 </dev/null | grep -qi 'usage\|unknown option' && skip 'this ssh-keygen does not sign'
namespace=hookplan-approval@v1

two_keys
signed_plan
hookplan pae plan.dsse >plan.pae || fail 'no bytes to sign'
{ cat plan.pae && echo; } >longer.pae
tr 'A-Z' 'a-z' <plan.pae >lower.pae
make_key() { ssh-keygen -q -t "$1" -N '' -C "$2@example.com" -f "$2" || fail "no key of type $1"; }
make_key ed25519 ed25519
make_key ecdsa ecdsa
make_key ed25519 stranger
has ecdsa-sha2-nistp256 ecdsa.pub
for key in ed25519 ecdsa; do
  echo "approver namespaces=\"$namespace\" $(cat $key.pub)" >$key.allowed
  cat >$key.yaml <<END
version: 1
policy:
  keys:
    approver: {ssh: $(cut -d' ' -f1,2 $key.pub)}
  roles:
    approver: {keys: [approver], threshold: 1}
END
done

# sign KEY HASH NAMESPACE FILE: an armoured signature on standard output.
sign() { ssh-keygen -q -Y sign -f "$1" -O hashalg="$2" -n "$3" <"$4" 2>>log; }
# theirs KEY ARMOUR: ssh-keygen takes it as an approval of the plan.
theirs() {
  ssh-keygen -Y verify -f "$1.allowed" -I approver -n $namespace -s "$2" <plan.pae >>log 2>&1
}
# ours KEY ARMOUR: we do.
ours() {
  cp plan.dsse attached.dsse
  hookplan attach attached.dsse --signature "$2" >"$tmp/out" 2>"$tmp/err" &&
    hookplan verify attached.dsse --policy "$1.yaml" >"$tmp/out" 2>"$tmp/err"
}
agreed=0 lax=
good() {
  theirs "$1" "$2" || fail "ssh-keygen refuses $2 ($1)"
  ours "$1" "$2" || fail "we refuse $2 ($1)"
  agreed=$((agreed + 1))
}
bad() {
  ! theirs "$1" "$2" || fail "ssh-keygen takes $2 ($1)"
  ! ours "$1" "$2" || fail "we take $2 ($1)"
  agreed=$((agreed + 1))
}
# armoured [COLUMNS]: bytes as a text like ssh-keygen's.
armoured() {
  echo '-----BEGIN SSH SIGNATURE-----'
  base64 -w "${1:-70}"
  [ "${1:-70}" != 0 ] || echo
  echo '-----END SSH SIGNATURE-----'
}
unarmoured() { sed '/^-----/d' "$1" | base64 -d; }

for key in ed25519 ecdsa; do
  for hash in sha256 sha512; do
    sign $key $hash $namespace plan.pae >armour
    good $key armour
    # Back out of the envelope, which holds the bytes without the armour.
    jq -r '.signatures[1].sig' attached.dsse | base64 -d | armoured >back
    theirs $key back || fail "ssh-keygen refuses what is in the envelope ($key, $hash)"
    same armour back 'the armour, there and back'

    sign $key $hash git plan.pae >namespace
    bad $key namespace
    sign $key $hash hookplan-approval@v10 plan.pae >longer-namespace
    bad $key longer-namespace
    sign $key $hash $namespace longer.pae >longer
    bad $key longer
    sign $key $hash $namespace lower.pae >lower
    bad $key lower
    sign stranger $hash $namespace plan.pae >stranger.sig
    bad $key stranger.sig
  done

  # Other texts around the same bytes: we may be stricter, never laxer.
  unarmoured armour >bytes
  sed '$d' armour >no-end
  sed 1d armour >no-begin
  { cat armour && echo more; } >more-after
  { echo more && cat armour; } >more-before
  cat armour armour >twice
  sed 's/SSH/OPENSSH/' armour >label
  armoured 0 <bytes >one-line
  armoured 16 <bytes >narrow
  sed 'N;$!P;$!D;s/\n//' armour >end-in-line
  sed '1{N;s/\n//}' armour >begin-in-line
  sed '2s/^/ /' armour >space
  sed '3s/^/!/' armour >alphabet
  { cat bytes && printf x; } | armoured >byte-after
  head -c -1 bytes | armoured >byte-less
  tr -d '\n' <armour >no-lines
  : >empty
  for odd in no-end no-begin more-after more-before twice label begin-in-line end-in-line one-line \
    narrow space alphabet byte-after byte-less no-lines empty; do
    ! ours $key $odd || theirs $key $odd || lax="$lax $key/$odd"
  done
  for damaged in no-end no-begin label alphabet byte-after byte-less empty; do bad $key $damaged; done
  # What mail and editors do to a text.
  for harmless in one-line narrow; do good $key $harmless; done

  # One bit of every eighth byte.
  size=$(wc -c <bytes)
  at=0
  while [ $at -lt "$size" ]; do
    byte=$(tail -c +$((at + 1)) bytes | head -c 1 | od -An -tu1)
    {
      head -c $at bytes
      env printf "\\$(printf %03o $((byte ^ (1 << at / 8 % 8))))"
      tail -c +$((at + 2)) bytes
    } | armoured >flipped
    bad $key flipped
    at=$((at + 8))
  done
done
[ -z "$lax" ] || fail "we take what ssh-keygen does not:$lax"
echo "$agreed signatures that we and ssh-keygen judge alike"
