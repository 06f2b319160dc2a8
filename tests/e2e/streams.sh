#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where results and complaints go, and what happens when nobody takes them.
. "$(dirname "$0")/session.sh"

two_commits work 'a/a=2020-01-01' 'a/a=2021-01-01'

# A result that cannot be written is a failure, whichever command it is of.
for words in plan 'plan --format json' 'plan --format markdown' explain 'explain HP1108' help 'help plan' \
  'plan --help' man 'completion bash' version 'check config.yaml' 'check --format json config.yaml'; do
  # shellcheck disable=SC2016
  expect_exit 73 sh -c '"$HOOKPLAN" $0 >/dev/full' "$words"
  complains 'HP5102'
  complains 'No space left on device'
done
# shellcheck disable=SC2016
expect_exit 73 sh -c '"$HOOKPLAN" plan >&-'
complains 'error HP5102'
# Having nowhere to complain changes no result.
# shellcheck disable=SC2016
expect_exit 66 sh -c '"$HOOKPLAN" plan nowhere 2>/dev/full'
# shellcheck disable=SC2016
expect_exit 0 sh -c '"$HOOKPLAN" plan --out "$0" 2>&- <&-' "$tmp/stored"
grep -q '~ rotate   a/a' "$tmp/stored" || fail 'nothing stored'

# Whoever has read enough may go, and hears no complaint about it.
for words in explain man plan 'completion zsh'; do
  # shellcheck disable=SC2086
  hookplan $words 2>"$tmp/err" | head -n 1 >"$tmp/out"
  silent err
  grep -q . "$tmp/out" || fail "no first line of $words"
done
: | hookplan help 2>"$tmp/err" | : || :
silent err

# A file that is there is replaced as a whole, and keeps nothing beside it.
mkdir "$tmp/stored.d" && cd "$tmp/stored.d"
seq 100000 >plan.json
expect_exit 0 hookplan plan --repo "$tmp/work" --format json --out plan.json
[ "$(wc -l <plan.json)" = 1 ] || fail 'the old text is still there'
[ "$(ls -A)" = plan.json ] || fail "a file is left over: $(ls -A)"
[ "$(stat -c %a plan.json)" = 644 ] || fail 'its mode is not that of the umask'
expect_exit 66 hookplan plan nowhere --repo "$tmp/work" --out plan.json
[ "$(wc -l <plan.json)" = 1 ] || fail 'an error has replaced the plan'
mkfifo pipe
cat pipe >copy &
expect_exit 0 hookplan plan --repo "$tmp/work" --format json --out pipe
wait
same plan.json copy 'a named pipe'
# A pipe that nobody reads is given up.
expect_exit 73 hookplan plan --repo "$tmp/work" --out pipe
complains 'nobody reads this pipe'

# Colour only on request where there is no terminal.
cd "$tmp/work"
for words in plan 'plan --color auto' 'plan --color never' 'plan nowhere' 'check nowhere'; do
  # shellcheck disable=SC2086
  hookplan $words >"$tmp/out" 2>"$tmp/err" || :
  plain "$tmp/out"
  plain "$tmp/err"
done
colour() { # YES|NO ENVIRONMENT AND OPTIONS...
  wanted=$1
  shift
  env "$@" >"$tmp/out" 2>"$tmp/err" || fail "$*"
  if grep -q "$(printf '\033')" "$tmp/out"; then seen=yes; else seen=no; fi
  [ "$seen" = "$wanted" ] || fail "colour: $seen with $*"
}
colour yes "$HOOKPLAN" plan --color always
colour yes NO_COLOR=1 "$HOOKPLAN" plan --color always
colour yes CLICOLOR_FORCE=1 "$HOOKPLAN" plan
colour yes FORCE_COLOR=1 NO_COLOR= "$HOOKPLAN" plan
colour no CLICOLOR_FORCE=0 "$HOOKPLAN" plan
colour no CLICOLOR_FORCE= "$HOOKPLAN" plan
colour no CLICOLOR_FORCE=1 NO_COLOR=1 "$HOOKPLAN" plan
colour no CLICOLOR_FORCE=1 "$HOOKPLAN" plan --color never
for format in json markdown; do colour no "$HOOKPLAN" plan --color always --format $format; done
