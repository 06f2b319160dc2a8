#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What <TAB> offers in zsh, on a pseudo terminal, and in fish.
. "$(dirname "$0")/session.sh"

two_commits work 'a/a=2020-01-01' 'a/a=2021-01-01'
git branch feature/one && touch plan.json
asked=
if ! has_terminals; then
  echo 'zsh is not asked: no pseudo terminals here'
elif command -v zsh >"$tmp/ignored"; then
  asked=zsh
  mkdir "$tmp/functions"
  hookplan completion zsh >"$tmp/functions/_hookplan"
  expect_exit 0 zsh -n "$tmp/functions/_hookplan"
  silent err
  expect_exit 0 zsh -fc 'fpath=('"$tmp"'/functions $fpath); autoload -Uz compinit; compinit -u -D
    print $_comps[hookplan]; autoload +X _hookplan; whence -w _hookplan'
  silent err
  has_line '_hookplan'
  has_line '_hookplan: function'
  # A shell on a pseudo terminal is sent the keys, and must offer what fits the pattern.
  cat >"$tmp/ask.zsh" <<'END'
zmodload zsh/zpty && zpty -b shell zsh -f -i || exit
send() { zpty -w shell "$1" }
sees() { # PATTERN: waits for it
  local text seen
  repeat 30; do
    while zpty -r -t shell text; do seen+=$text; done
    [[ $seen == *${~1}* ]] && return
    sleep 0.1
  done
  print -r -- "$seen"
  return 1
}
send "PS1='' fpath=($FUNCTIONS \$fpath); autoload -Uz compinit; compinit -u -D; stty rows 50 cols 200"
send "LISTMAX=1000; bindkey '^I' list-choices; bindkey -s '^X' '^Uprint re''ady^M'; print re''ady"
sees ready || exit
for words offer in "$@"; do
  zpty -w -n shell "$words"$'\t'
  sees $offer || { print -r -- "FAILED: $words<TAB> does not offer $offer"; failed=1; }
  zpty -w -n shell $'\x18'
  sees ready || exit
done
exit $failed
END
  FUNCTIONS=$tmp/functions timeout 60 zsh -f "$tmp/ask.zsh" \
    'hookplan ' 'compare two revisions and print the change plan' 'hookplan plan --' '--config-path*--out' \
    'hookplan plan --format ' 'json *markdown *text' 'hookplan plan --format=' 'json *markdown *text' \
    'hookplan explain HP22' 'HP2201 *HP2203 *HP2204' 'hookplan plan fe' 'feature/one' 'hookplan show pl' 'plan.json' \
    'hookplan apply pl' 'plan.json' 'hookplan status fe' 'feature/one' 'hookplan rotate --at fe' 'feature/one' \
    'hookplan check --as ' 'auto *config *settings' 'hookplan plan HEAD ' 'HEAD *feature/one *main' \
    'hookplan completion ' 'bash *fish *zsh' 'hookplan help ' 'approve *version' 'hookplan plan ' 'feature/one' \
    >"$tmp/out" 2>"$tmp/err" || fail 'zsh offers something else'
fi

if command -v fish >"$tmp/ignored"; then
  asked="$asked fish"
  hookplan completion fish >"$tmp/hookplan.fish"
  expect_exit 0 fish --no-execute "$tmp/hookplan.fish"
  silent err
  # exactly "WHAT IS OFFERED" LINE: of what fish offers, the words without their descriptions.
  exactly() {
    expect_exit 0 fish --no-config -c "source $tmp/hookplan.fish; complete -C \"$2\""
    silent err
    echo "$1" | tr ' ' '\n' | sed '/^$/d' >"$tmp/wanted"
    cut -f1 "$tmp/out" | sort -u >"$tmp/sorted"
    same "$tmp/wanted" "$tmp/sorted" "$2"
  }
  exactly 'apply approve attach check ci comment completion confirm explain export help hmac keygen man merge pae plan reconcile rotate settle show sign status verify version' 'hookplan '
  exactly 'json markdown text' 'hookplan plan --format '
  exactly 'json text' 'hookplan check --format '
  exactly 'always auto never' 'hookplan man --color '
  exactly '--branch --color --config-path --exit-code --format --help --json --out --passphrase --quiet --repo --settings --sign --timeout --valid-for --verbose --verify-objects --worktree' 'hookplan plan --'
  exactly 'HP2201 HP2202 HP2203 HP2204' 'hookplan explain HP22'
  exactly 'bash fish zsh' 'hookplan completion '
  exactly 'feature/one' 'hookplan plan fe'
  exactly 'plan.json' 'hookplan show pl'
  exactly 'plan.json' 'hookplan apply pl'
  exactly 'feature/one' 'hookplan status fe'
  exactly '' 'hookplan confirm '
  exactly feature/one 'hookplan rotate --at fe'
  exactly feature/one 'hookplan apply --policy-at fe'
  exactly 'apply approve attach check ci comment completion confirm explain export help hmac keygen man merge pae plan reconcile rotate settle show sign status verify version' 'hookplan help '
  exactly '' 'hookplan man '
fi
[ -n "$asked" ] || skip 'neither zsh on a terminal nor fish is there'
