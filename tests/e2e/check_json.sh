#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Diagnostics for machines: one JSON document a run, on the right stream.
. "$(dirname "$0")/session.sh"
need python3

# read_json FILE EXPRESSION: what Python says of the document.
read_json() { python3 -c "import json, sys; d = json.load(open(sys.argv[1], 'rb')); print(($2))" "$1"; }
two_commits work 'a/a=2020-01-01' 'a/a=2020-01-01 a/a=2021-01-01'
cp config.yaml bad.yaml && config b=2020-01-01 b/c=2020-01-01 >warned.yaml

# An error with --format json is JSON too: on standard error, as the result was to be on the other.
refused() { # CODE EXIT COMMAND...
  wanted=$1 exit=$2
  shift 2
  expect_exit "$exit" hookplan "$@"
  silent out
  [ "$(wc -l <"$tmp/err")" = 1 ] || fail 'not one line'
  [ "$(read_json "$tmp/err" "d['diagnostics'][0]['code'], d['exit_code']")" = "('$wanted', $exit)" ] ||
    fail "not $wanted"
}
refused HP1108 5 plan --format json
refused HP3003 66 plan nowhere --format json
refused HP3001 66 plan --repo / --format json
refused HP5102 73 plan HEAD~1 HEAD~1 --format json --out no/such/folder
refused HP5101 66 show nowhere.json --format json
refused HP6001 65 show config.yaml --format json
refused HP5003 64 plan --format json --timeout soon
refused HP5004 64 plan --format json a b c
refused HP5002 64 plan --format=json --nope
refused HP5004 64 show --format json

# check prints what it found as its result.
expect_exit 5 hookplan check --format json bad.yaml warned.yaml
silent err
[ "$(read_json "$tmp/out" "[(x['code'], x['severity'], x['source']['line']) for x in d['diagnostics']]")" = \
  "[('HP1108', 'error', 4), ('HP2101', 'warning', 3)]" ] || fail 'not these two'
expect_exit 0 hookplan check --format json warned.yaml
[ "$(read_json "$tmp/out" "d['exit_code'], len(d['diagnostics'])")" = '(0, 1)' ] || fail 'not one warning'
expect_exit 66 hookplan check --format json nowhere.yaml warned.yaml
[ "$(read_json "$tmp/out" "d['exit_code'], len(d['diagnostics'])")" = '(66, 2)' ] || fail 'not both'
printf '"\\xff\\u202e": [\n' >"$(printf 'a\033b.yaml')"
expect_exit 5 hookplan check --format json "$(printf 'a\033b.yaml')"
read_json "$tmp/out" 'd' >"$tmp/ignored" || fail 'no JSON'
plain

# What a pipeline takes for a command of its own is not in it, and reads as it was.
config "'##[group]x/y'=2020-01-01" "'##vso[x]'=2020-01-01" >commands.yaml
expect_exit 5 hookplan check --format json commands.yaml
has_not '##' "$tmp/out"
read_json "$tmp/out" "sorted(x['entry'] for x in d['diagnostics'])" >"$tmp/entries"
has '##[group]x/y' "$tmp/entries"
has '##vso[x]' "$tmp/entries"
