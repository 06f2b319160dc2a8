#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# status, settle, --only and --dry-run: looking changes nothing, and what is left out is done later.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 qux=2020-01-01
tokens foo/bar qux
status() { # EXIT [OPTION...]
  wanted_status=$1
  shift
  nothing_changed expect_exit "$wanted_status" hookplan status --repo work "$@"
  silent err
}
status 0 --exit-code
has 'foo/bar  in order'
has '2 entries up to date'
status 0 --exit-code --json
[ "$(member drift) $(member exit_code) $(member schema)" = 'false 0 hookplan.status/v1' ] || fail 'status'
# Nothing to settle: nothing is written, whatever is asked for.
for options in '' --dry-run --json '--only *' '--wait 0s --await 0s'; do
  set -f
  # shellcheck disable=SC2086
  nothing_changed expect_exit 0 hookplan settle --repo work $options
  set +f
  silent err
done
[ ! -e hmac.yaml.ledger ] || fail 'a ledger for nothing'

next foo/bar=2026-01-02 qux=2026-01-02 foo/new=2020-01-01
status 0
has '3 of 3 entries not up to date'
status 10 --exit-code
status 10 --exit-code --format json
[ "$(member drift) $(member exit_code)" = 'true 10' ] || fail 'status'
status 0 --json
[ "$(member drift) $(member exit_code)" = 'true 0' ] || fail 'status without --exit-code'
[ "$(member condition | tr '\n' ' ')" = 'outdated missing outdated ' ] || fail 'conditions'
status 0 HEAD~1 --exit-code

# A dry run changes nothing at all and makes nothing, not even what a run would note.
plan_to plan.dsse
everything() {
  { find "$tmp" ! -name out ! -name err ! -name '*.all' ! -path "$tmp" -printf '%P %M %n %i %s %T@ %C@\n' | sort; } >"$1"
}
for options in '' --json '--only foo/bar' '--wait 0s --await 1m'; do
  everything before.all
  # shellcheck disable=SC2086
  apply 0 plan.dsse --dry-run $options
  everything after.all
  same before.all after.all "apply --dry-run $options"
done
apply 0 plan.dsse --dry-run
for entry in 'foo/bar  ' 'foo/new  ' 'qux      '; do has "$entry"; done
has 'begins with storing a new token'

# Only some of it: the rest is named, is not done, and a later run does it.
apply 7 plan.dsse --only qux
has 'qux      waiting'
has 'foo/bar  left out'
has_not HP8305
complains 'run it again to go on:'
complains '  hookplan apply '
[ "$(grep -c value: hmac.yaml)" = 3 ] || fail 'not one new token'
has_not foo handover.yaml
confirm qux
apply 0 plan.dsse --only qux
has 'qux      settling'
has 'foo/bar  left out'
complains 'run hookplan apply without --only for what is left out'
status 10 --exit-code
apply 7 plan.dsse --json
[ "$(member outcome | tr '\n' ' ')" = 'waiting waiting settling ' ] || fail "outcomes: $(member outcome)"
[ "$(member exit_code)" = 7 ] || fail 'the status in JSON'
confirm --pattern 'foo/*'
# settle does it as well, without a plan.
expect_exit 0 hookplan settle --repo work --handover handover.yaml
status 0 --exit-code
has 'qux      settling'
nothing_changed expect_exit 0 hookplan settle --repo work --handover handover.yaml
apply 0 plan.dsse
nothing_changed apply 0 plan.dsse
# When the overlap is over, old tokens go: first those that are asked for.
overlap_is_over
status 0
has 'superseded tokens can go: hookplan settle'
everything before.all
expect_exit 0 hookplan settle --repo work --handover handover.yaml --dry-run
everything after.all
same before.all after.all 'settle --dry-run'
has 'begins with dropping old tokens'
expect_exit 0 hookplan settle --repo work --handover handover.yaml --only qux
has_not secret-of-qux hmac.yaml
has secret-of-foo-bar hmac.yaml
expect_exit 0 hookplan settle --repo work --handover handover.yaml
has_not secret-of-foo-bar hmac.yaml
[ "$(grep -c value: hmac.yaml)" = 3 ] || fail 'another number of tokens'
nothing_changed expect_exit 0 hookplan settle --repo work --handover handover.yaml
has 'nothing to do'
nothing_changed apply 0 plan.dsse
has 'the plan is applied already'

# Tokens that are not what was written last are told, whatever they are now.
status 0
has_not 'was edited'
cp -p hmac.yaml written.yaml
sed -i 's/value: .*/value: put-back/' hmac.yaml
status 0
has "file $tmp/hmac.yaml was edited or put back since hookplan wrote it"
has_not put-back
status 0 --json
has "\"edited_stores\":[\"file $tmp/hmac.yaml\"]"
mv written.yaml hmac.yaml
status 0 --json
has '"edited_stores":[]'

# Which run is at work, and which one was killed.
has '"at_work":[]'
cp -p hmac.yaml.ledger written.ledger
sed -i 's/"lease":null/"lease":{"holder":"process 7 on ci","longest_call_seconds":0,"renewed":"2026-01-01T00:00:00Z","run":"x","since":"2026-01-01T00:00:00Z","until":"2026-01-01T00:02:00Z"}/' hmac.yaml.ledger
status 0
has "file $tmp/hmac.yaml: process 7 on ci was at work and was killed; its time ended at 2026-01-01T00:02:00Z"
sed -i 's/"until":"2026/"until":"2126/' hmac.yaml.ledger
status 0
has "file $tmp/hmac.yaml: process 7 on ci is at work, since 2026-01-01T00:00:00Z, and has it until 2126-01-01T00:02:00Z"
status 0 --json
has '"at_work":[{"has_ended":false,"holder":"process 7 on ci",'
mv written.ledger hmac.yaml.ledger

# What nobody lists, and what has no reason in the ledger.
tokens foo/bar foo/new qux extra/one
status 10 --exit-code HEAD~1
has 'extra/one  extra        the config does not list it'
printf 'qux:\n- {value: one, created_at: "2025-01-01T00:00:00Z"}\n- {value: two, created_at: "2025-01-02T00:00:00Z"}\n' >hmac.yaml
status 10 --exit-code HEAD~1
has 'unexplained  it has 2 tokens'
