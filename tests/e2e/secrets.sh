#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Keys and passphrases: none of them is printed anywhere, left in the environment or in a core file.
. "$(dirname "$0")/session.sh"
two_commits repository foo/bar=2024-01-01 foo/bar=2025-01-01
cd "$tmp"
hookplan keygen --out ci.key >out
(umask 077 && echo 'correct-horse-battery' >passphrase)
hookplan keygen --out locked.key --passphrase file:passphrase >>out
hookplan plan --repo repository --format json --out plan.json
{
  hookplan sign plan.json --key file:ci.key
  CI_KEY=$(cat ci.key) hookplan sign plan.json --key env:CI_KEY
  hookplan sign plan.json --key fd:3 3<ci.key
  hookplan sign plan.json --key fd:0 <ci.key
  hookplan sign plan.json --key file:locked.key --passphrase file:passphrase
  WORD=correct-horse-battery hookplan sign plan.json --key file:locked.key --passphrase env:WORD
  # Mistakes of people in a hurry.
  for line in "--key $(sed -n 2p ci.key)" "--key=$(sed -n 2p ci.key)" "--kye $(sed -n 2p ci.key)" \
    "--kye=$(sed -n 2p ci.key)" "-k$(sed -n 2p ci.key)" "$(sed -n 2p ci.key)" \
    '--key file:locked.key --passphrase correct-horse-battery' \
    '--key file:locked.key --passphrase file:passphrase correct-horse-battery'; do
    # shellcheck disable=SC2086
    ! hookplan sign plan.json $line || fail "accepted: $line"
    # shellcheck disable=SC2086
    ! hookplan sign plan.json $line --format=json || fail "accepted: $line"
  done
  ! hookplan sign plan.json --key "$(cat ci.key)" || fail 'accepted: a key as a value'
  ! hookplan verify plan.json --key ci.key || fail 'accepted: a private key as a public one'
} >>out 2>&1
[ -s out ] || fail 'nothing was printed'
for secret in "$(sed -n 2p ci.key)" "$(sed -n 3p ci.key)" "$(sed -n 3p locked.key)" correct-horse-battery; do
  for form in "$secret" "$(printf %s "$secret" | base64 -w0)" "$(printf %s "$secret" | od -An -tx1 | tr -d ' \n')"; do
    ! grep -qF -e "$form" out || fail "printed: $form"
  done
done

# While it holds a key it can leave no core file, whatever the limit was.
mkfifo key.pipe
ulimit -c unlimited 2>"$tmp/ignored" || true
"$HOOKPLAN" sign plan.json --key fd:3 3<key.pipe >out 2>&1 &
child=$!
exec 4>key.pipe
until grep -q 'Max core file size  *0  *0 ' /proc/$child/limits; do kill -0 $child; done
cat ci.key >&4
exec 4>&-
wait $child || fail "$(cat out)"
