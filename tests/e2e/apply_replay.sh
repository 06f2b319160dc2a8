#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A plan is applied once: not again, not after a newer one, not when its time is over.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 qux=2020-01-01
tokens foo/bar qux
next foo/bar=2026-01-02 qux=2020-01-01
plan_at 60 a.dsse
done_with a.dsse
has 'foo/bar  settling'
[ "$(grep -c value: "$tmp/hmac.yaml")" = 3 ] || fail 'not one new token'

# Again: nothing is written, and that is said.
applied_already() { # PLAN [OPTION...]
  nothing_changed apply 0 "$@"
}
applied_already a.dsse
has 'the plan is applied already'
silent err
applied_already a.dsse --json
has '"already_applied":true'
has '"store_writes":0'
has '"exit_code":0'
# Not where the hand-over file is gone, either: the ledger knows.
mv handover.yaml handover.old
applied_already a.dsse
mv handover.old handover.yaml
# Nor after the overlap: the first run drops the old token, and the next finds nothing to do.
overlap_is_over
apply 0 a.dsse
has 'foo/bar  done'
[ "$(grep -c value: "$tmp/hmac.yaml")" = 2 ] || fail 'the old token is still there'
has_not 'secret-of-foo-bar' "$tmp/hmac.yaml"
applied_already a.dsse
has 'the plan is applied already'
has 'foo/bar  unchanged'
# The same bytes with one more signature are the same plan.
hookplan keygen --type ed25519 --out alice.key >keygen.out
digest=$(hookplan show a.dsse | sed -n 's/^plan *sha256://p')
hookplan approve a.dsse --key file:alice.key --digest "$digest" --out twice.dsse >approve.out
applied_already twice.dsse
has 'the plan is applied already'

# A newer plan; then the older one is history, although its content is at the tip again.
next foo/bar=2026-01-02 qux=2020-01-01 foo/new=2020-01-01
plan_at 40 b.dsse
refuses 28 HP8202 a.dsse
done_with b.dsse
refuses 28 HP8202 a.dsse
next foo/bar=2026-01-02 qux=2020-01-01
refuses_old() { # in the report: the store is what says no
  nothing_changed apply 28 "$@"
  complains HP8204
  complains 'fix: '
  has HP8204
}
refuses_old a.dsse
nothing_changed apply 28 a.dsse --json
has HP8204
has '"exit_code":28'
has '"store_writes":0'
# The way back is a plan of its own.
plan_at 20 back.dsse
done_with back.dsse
refuses_old a.dsse
next foo/bar=2026-01-02 qux=2020-01-01 foo/new=2020-01-01
overlap_is_over
refuses_old b.dsse

# A plan that was begun does not go on once a newer one was begun.
plan_at 10 first.dsse
plan_at 5 second.dsse
apply 7 first.dsse
apply 7 second.dsse
refuses_old first.dsse
done_with second.dsse

# A first plan that was never applied: the second says so, and does its part.
next foo/bar=2026-01-02 qux=2026-01-02 foo/new=2020-01-01
next foo/bar=2026-01-02 qux=2026-01-02 foo/new=2020-01-01 foo/late=2020-01-01
plan_to last.dsse
apply 7 last.dsse
complains 'warning HP8207'
complains "$tmp/hmac.yaml"
complains 'fix: '
has 'foo/late  waiting'
expect_exit 0 hookplan status --repo work --json
[ "$(member condition | tr '\n' ' ')" = 'in order unfinished in order outdated ' ] || fail "status: $(member condition)"
confirm --pattern '*' '*/*'
apply 0 last.dsse
# Then it is the last one, and what follows it leaves nothing out.
next foo/bar=2026-01-02 qux=2026-01-02 foo/new=2020-01-01
plan_to next.dsse
apply 7 next.dsse
has_not HP8207 "$tmp/err"

# Expired, and not valid yet.
plan_at 90000 expired.dsse --valid-for 24h
refuses 25 HP7208 expired.dsse
plan_at -7200 early.dsse
refuses 25 HP7209 early.dsse
# It does not help to say that it is earlier.
SOURCE_DATE_EPOCH=$((now - 80000)) nothing_changed apply 25 expired.dsse
complains HP7208
