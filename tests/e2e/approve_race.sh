#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Approvals in one file: none gets lost, none lands on another plan, and a file keeps what it is.
. "$(dirname "$0")/session.sh"
two_commits repository foo/bar=2024-01-01 foo/bar=2025-01-01
cd "$tmp"
for name in ci alice bob carol; do hookplan keygen --type ed25519 --out $name.key >keys; done
hookplan plan --repo repository --sign file:ci.key --out plan.dsse 2>err
digest=$(hookplan show plan.dsse | sed -n 's/^plan *sha256://p')
chmod 600 plan.dsse

# Alice is asked for her key after she read the plan, and takes her time; Bob is quicker.
mkfifo alice.pipe
expect_exit 0 hookplan approve plan.dsse --key file:bob.key --digest "$digest"
"$HOOKPLAN" approve plan.dsse --key fd:3 --digest "$digest" >alice.out 2>alice.err 3<alice.pipe &
slow=$!
exec 4>alice.pipe
until grep -q '^intent' alice.out; do kill -0 $slow; done
expect_exit 0 hookplan approve plan.dsse --key file:carol.key --digest "$digest"
cat alice.key >&4
exec 4>&-
wait $slow || fail "Alice cannot approve: $(cat alice.err)"
for name in ci alice bob carol; do
  expect_exit 0 hookplan verify plan.dsse --key $name.key.pub --at 2026-01-01T12:00:00Z
done
[ "$(stat -c %a plan.dsse)" = 600 ] || fail 'the plan is readable for others now'

# Whoever approves again changes nothing.
cp plan.dsse before.dsse
expect_exit 0 hookplan approve plan.dsse --key file:bob.key --digest "$digest"
complains HP7110
same plan.dsse before.dsse 'approved twice'

# Another plan that stands there meanwhile is not touched.
hookplan plan --repo repository --branch other --sign file:ci.key --out other.dsse 2>err
hookplan plan --repo repository --sign file:ci.key --out plan.dsse 2>err
: >alice.out
"$HOOKPLAN" approve plan.dsse --key fd:3 --digest "$digest" >alice.out 2>alice.err 3<alice.pipe &
slow=$!
exec 4>alice.pipe
until grep -q '^intent' alice.out; do kill -0 $slow; done
cp other.dsse plan.dsse
cat alice.key >&4
exec 4>&-
code=0
wait $slow || code=$?
[ $code = 4 ] || fail "exit $code where another plan stands: $(cat alice.err)"
grep -q HP7106 alice.err || fail 'it does not say that these are two plans'
same plan.dsse other.dsse 'the other plan'
