#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Live plans do not follow from two revisions, so each of their changes must follow from the config.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"
need python3

live_repository foo/bar=2020-01-01 foo/new=2020-01-01 qux=2020-01-01
tokens foo/bar qux old/one
cp -a work true
live_plan() { # FILE COMMAND...: signed, for main
  file=$1
  shift
  expect_exit 0 hookplan "$@" --repo "$tmp/work" --branch main --sign file:"$tmp/ci.key" --out "$tmp/$file"
}
export SOURCE_DATE_EPOCH="$now" # one time for all plans, so that only what is forged differs
live_plan true.dsse reconcile
# forged ENTRIES COMMAND...: forged.dsse, what the command plans for other contents, but told to be
# about the true ones; $edit may change what the settings say.
forged() {
  rm -rf work forged.dsse
  repository work
  settings | sed "${edit-}" >.hookplan.yaml
  # shellcheck disable=SC2086
  config $1 >config.yaml && commit told
  shift
  cd "$tmp"
  live_plan told.dsse "$@"
  rm -rf work && cp -a true work
  python3 "$e2e/graft_plan.py" true.dsse told.dsse >forged.json || fail "graft: $*"
  expect_exit 0 hookplan sign forged.json --key file:ci.key --out forged.dsse
}
does_not_follow() { # WHAT
  refuses 4 HP8201 forged.dsse --dry-run
  refuses 4 HP8201 forged.dsse
  complains "$1 does not follow from the config"
}
all='foo/bar=2020-01-01 foo/new=2020-01-01 qux=2020-01-01'
edit=
forged "$all" reconcile
same true.dsse forged.dsse 'a graft on itself'
forged "$all" rotate qux
nothing_changed apply 0 forged.dsse --dry-run

# Removal of what the config lists.
forged 'foo/bar=2020-01-01 foo/new=2020-01-01' reconcile
does_not_follow 'remove qux'
# Onboarding and rotation of what it does not list.
forged "$all old/one=2020-01-01 foo/evil=2020-01-01" reconcile
does_not_follow 'onboard foo/evil'
forged "$all old/one=2020-01-01" rotate old/one
does_not_follow 'rotate old/one'
# Another date: older than the config asks for, or in the future.
forged 'foo/bar=2020-01-01 foo/new=2019-01-01 qux=2020-01-01' reconcile
does_not_follow 'onboard foo/new'
export SOURCE_DATE_EPOCH=$((now + 86400))
forged "$all" rotate foo/bar
export SOURCE_DATE_EPOCH="$now"
does_not_follow 'rotate foo/bar'
# Another receiver, store or forge.
for edit in 's/hook.example.com/evil.example.com/' 's/people/folk/' 's/"\*"\]/push]/'; do
  forged "$all" rotate qux
  does_not_follow 'rotate qux'
  forged "$all" reconcile
  does_not_follow 'onboard foo/new'
done
cp hmac.yaml other.yaml
edit='s/hmac.yaml/other.yaml/'
forged "$all" rotate qux
does_not_follow 'rotate qux'
edit=
# The guards are those of the revision, and reckon with all of it.
edit='$aguards: {max_removals: {count: 50}}'
forged "$all" reconcile
refuses 4 HP8201 forged.dsse
complains 'does not follow from its revisions: other guards'
edit='s/1h/2h/'
forged "$all" rotate qux
refuses 4 HP8201 forged.dsse
complains 'does not follow from its revisions: other overlap'
edit=
# Changes that two revisions make are no live plan, told so or not.
rm -rf work && repository work
settings >.hookplan.yaml && config foo/bar=2020-01-01 foo/new=2020-01-01 >config.yaml && commit old
config foo/bar=2020-01-01 foo/new=2020-01-01 qux=2020-01-01 >config.yaml && commit new
cd "$tmp"
plan_to told.dsse
rm -rf work && cp -a true work
python3 "$e2e/graft_plan.py" told.dsse true.dsse >forged.json
rm -f forged.dsse && expect_exit 0 hookplan sign forged.json --key file:ci.key --out forged.dsse
nothing_changed apply 66 forged.dsse

# What the receiver itself removes is not for a plan to say: the tokens for all.
grep -q '"kind":"remove"' forged.json || fail 'no removal to forge with'
sed 's/"entry":"old\/one"/"entry":"*"/g' forged.json >star.json
rm -f forged.dsse
code=0
hookplan sign star.json --key file:ci.key --out forged.dsse >out 2>err || code=$?
[ $code != 0 ] || fail 'a plan about * was signed'
