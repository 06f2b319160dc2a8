#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A store, a ledger, a hand-over file or a journal that is not as it must be: whoever runs for real
# changes nothing, says which file it is and what to do, and shows no secret. testdata/bad has more of
# these, looked at by commands that only look.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 qux=2020-01-01
next foo/bar=2026-01-02 qux=2020-01-01
plan_to plan.dsse
good() { tokens foo/bar qux; }
# stopped EXIT CODE FILE: apply and settle, as text and as JSON; a remedy in both.
stopped() {
  nothing_changed expect_exit "$1" hookplan settle --repo work --handover handover.yaml
  stopped_well "$@"
  complains 'fix: '
  nothing_changed apply "$1" plan.dsse
  stopped_well "$@"
  complains 'fix: '
  nothing_changed apply "$1" plan.dsse --json
  stopped_well "$@"
  has '"hint":"'
  [ "$(member exit_code | sort -u)" = "$1" ] || fail 'another status in JSON'
}
stopped_well() {
  cat out err >both.state
  has "$2" both.state
  has "$3" both.state
  has_not secret-of both.state
}

good && rm hmac.yaml
stopped 69 HP8011 "$tmp/hmac.yaml"
good && chmod 644 hmac.yaml
stopped 69 HP8012 "chmod 600"
good && mv hmac.yaml real.yaml && ln -s real.yaml hmac.yaml
stopped 69 HP8012 "$tmp/hmac.yaml"
rm hmac.yaml real.yaml && mkfifo -m 600 hmac.yaml
stopped 69 HP8012 "$tmp/hmac.yaml"
rm hmac.yaml && mkdir hmac.yaml
stopped 69 HP8012 "$tmp/hmac.yaml"
rmdir hmac.yaml && good && printf '\nfoo/late:\n- value: "secret-of' >>hmac.yaml
stopped 29 HP8001 "$tmp/hmac.yaml"
printf 'foo/bar:\n- value: secret-of-a\n  created_at: 2020-10-02\n' >hmac.yaml
stopped 29 HP8003 "$tmp/hmac.yaml"
printf 'foo/bar:\n- value: secret-of-a\nfoo/bar:\n- value: secret-of-b\n' >hmac.yaml
stopped 29 HP8004 "$tmp/hmac.yaml"
printf secret-of-all >hmac.yaml
stopped 29 HP8006 "$tmp/hmac.yaml"
good
ledger() { (umask 077 && cat >hmac.yaml.ledger); }
echo '{"schema":"hookplan.ledger-file/v1"' | ledger
stopped 29 HP8016 "$tmp/hmac.yaml.ledger"
echo '{"schema":"hookplan.ledger-file/v9"}' | ledger
stopped 29 HP8016 'a newer build wrote it'
printf '{"schema":"hookplan.ledger-file/v1"}\n{"document":"%s"}\n{"schema":"hookplan.ledger/v9"}\n' \
  "$(sha256sum <hmac.yaml | cut -c 1-64)" | ledger
stopped 29 HP8016 'a newer build wrote it'

# A journal that takes nothing: nothing is done.
good
mkdir folder
for events in folder missing/events; do
  nothing_changed apply 73 plan.dsse --events "$events"
  complains HP8307
  complains "cannot write $events"
  complains 'fix: '
done
nothing_changed apply 73 plan.dsse --events /dev/full
cat out err >both.state
has HP8307 both.state
has 'No space left on device' both.state

# What would fail after everything was done fails before.
nothing_changed apply 6 plan.dsse --result result.json --sign file:missing.key
complains HP7002
nothing_changed apply 73 plan.dsse --result missing/result.json
nothing_changed apply 64 plan.dsse --only nobody
