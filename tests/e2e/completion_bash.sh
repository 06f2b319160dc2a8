#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What <TAB> offers in bash.
. "$(dirname "$0")/session.sh"
need bash

two_commits work 'a/a=2020-01-01' 'a/a=2021-01-01'
git branch feature/one && git tag v1.0
mkdir 'a folder' && touch plan.json 'my plan.json'
hookplan completion bash >"$tmp/completion"
expect_exit 0 bash -n "$tmp/completion"
silent err

# offers WORD...: what bash offers for the last word, one a line, in order.
cat >"$tmp/offer" <<'END'
source "$1" || exit
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
function=$(complete -p hookplan | sed 's/.*-F \([^ ]*\).*/\1/')
"$function" hookplan "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}" | sed 's/ $//' | sort
END
offers() { bash --norc "$tmp/offer" "$tmp/completion" hookplan "$@" >"$tmp/out" 2>"$tmp/err"; }
exactly() { # "WHAT IS OFFERED" WORD...
  echo "$1" | tr ' ' '\n' | sed '/^$/d' >"$tmp/wanted"
  shift
  offers "$@"
  silent err
  same "$tmp/wanted" "$tmp/out" "hookplan $*"
}

# A name of somebody's branch or file is not run by looking at it.
git branch '$(touch${IFS}ran-a-branch)' && touch '$(touch ran-a-file)' '`touch ran-too`'
git tag '`touch${IFS}ran-a-tag`'
for words in 'plan ' 'plan --out ' 'show ' 'check ' 'plan --repo ' 'plan HEAD '; do
  IFS=' ' && set -f
  # shellcheck disable=SC2086
  offers $words ''
  set +f
done
[ -z "$(ls -d ran* 2>"$tmp/err")" ] || fail "completion has run what a name says: $(ls -d ran*)"
rm ./*touch* && git tag -d '`touch${IFS}ran-a-tag`' >"$tmp/out"
git branch -D '$(touch${IFS}ran-a-branch)' >"$tmp/out"

exactly 'apply approve attach check ci comment completion confirm explain export help hmac keygen man merge pae plan reconcile rotate settle show sign status verify version' ''
exactly 'check ci comment completion confirm' c
exactly '' frob
exactly '--branch --color --config-path --exit-code --format --help --json --out --passphrase --quiet --repo --settings --sign --timeout --valid-for --verbose --verify-objects --worktree' plan --
exactly '--color --config-path' plan --co
exactly '--color --digest --format --help --json --timeout' show --
exactly 'json markdown text' plan --format ''
exactly 'json' plan HEAD --format j
exactly '--all --at' rotate --a
exactly '--await' settle --aw
exactly '--await --branch --color --deadline --dry-run --emergency --events --fetch-reviewed --format --handover --help --json --only --parallel --passphrase --policy --policy-at --public-key --quiet --remove-doubles --repo --result --review-api --review-repository --review-token --reviewed --settings --sign --timeout --wait' apply --
exactly 'json text' status --format ''
exactly 'json markdown text' reconcile --format ''
exactly 'HEAD feature/one main v1.0' status ''
exactly 'HEAD feature/one main v1.0' settle ''
exactly 'HEAD feature/one main v1.0' reconcile ''
exactly 'HEAD feature/one main v1.0' rotate --at ''
exactly '' rotate ''
exactly '' confirm ''
exactly 'plan.json' apply p
exactly 'plan.json' confirm --handover p
exactly 'json text' check --format ''
exactly 'always auto never' man --color ''
exactly 'auto config settings' check --as ''
exactly 'bash fish zsh' completion ''
exactly 'apply approve attach check ci comment completion confirm explain export help hmac keygen man merge pae plan reconcile rotate settle show sign status verify version' help ''
exactly 'HP2201 HP2202 HP2203 HP2204' explain HP22
exactly 'HEAD feature/one main v1.0' plan ''
exactly 'feature/one' plan main f
exactly '' man ''
# After `=`, which bash makes a word of its own.
exactly 'json' plan --format = j
exactly 'json markdown text' plan --format =
# Files and folders, also those with a space.
exactly 'plan.json' show p
offers show m
has_line 'my plan.json'
[ "$(wc -l <"$tmp/out")" = 1 ] || fail 'one file is offered as several'
offers plan --repo a
has_line 'a folder'
[ "$(wc -l <"$tmp/out")" = 1 ] || fail 'a folder is offered as several, or a file as a folder'
cd / && offers plan '' && silent err
