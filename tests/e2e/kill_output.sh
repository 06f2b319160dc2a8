#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program that is killed while it writes a result leaves the old one or the new one, and nothing else
# after the next run.
. "$(dirname "$0")/session.sh"
: "${KILL_SWITCH:?name the library that kills}"
# The library stands before the runtime of the sanitizers.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"

two_commits work 'a/a=2020-01-01' 'a/a=2021-01-01'
mkdir "$tmp/results" && cd "$tmp/results"
for when in before after; do
  for signal in 9 15; do
    at=1
    while :; do
      rm -f ./* .[!.]*
      echo 'the old one' >result
      got=0
      LD_PRELOAD=$KILL_SWITCH SWITCH_AT=$at SWITCH_WHEN=$when SWITCH_SIGNAL=$signal \
        "$HOOKPLAN" plan --repo ../work --out result >"$tmp/out" 2>"$tmp/err" || got=$?
      [ "$got" != 0 ] || break
      grep -q 'the old one\|1 change' result || fail "a part of a result: $when $at $signal"
      expect_exit 0 hookplan plan --repo ../work --out result
      [ "$(ls -A)" = result ] || fail "left behind: $(ls -A), $when $at $signal"
      at=$((at + 1))
      [ "$at" -lt 40 ] || fail 'it does not end'
    done
    [ "$at" -gt 3 ] || fail "killed only $at times"
  done
done
# A new key is there as a whole, or not at all.
at=1
while :; do
  rm -f ./*
  got=0
  LD_PRELOAD=$KILL_SWITCH SWITCH_AT=$at "$HOOKPLAN" keygen --out k >"$tmp/out" 2>"$tmp/err" || got=$?
  [ "$got" != 0 ] || break
  [ ! -e k ] || grep -q 'END PRIVATE KEY' k || fail "a part of a key: $at"
  [ ! -e k.pub ] || grep -q 'END PUBLIC KEY' k.pub || fail "a part of a public key: $at"
  at=$((at + 1))
done
