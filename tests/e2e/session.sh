#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What every session needs: `. "$(dirname "$0")/session.sh"`. Works in a fresh folder that is removed
# at the end, with a git that knows nothing of the machine, at the first second of 2026.
set -eu
: "${HOOKPLAN:?name the program to test}"

e2e=$(cd "$(dirname "$0")" && pwd)
tmp=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp"
umask 022
mkdir home
for name in $(env | sed -n 's/^\(GIT_[A-Z_0-9]*\)=.*/\1/p') XDG_CONFIG_HOME NO_COLOR CLICOLOR_FORCE \
  FORCE_COLOR COLUMNS; do
  unset "$name"
done
export HOME="$tmp/home" GIT_CONFIG_GLOBAL="$tmp/home/.gitconfig" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
export TERM=xterm SOURCE_DATE_EPOCH=1767225600
export GIT_AUTHOR_NAME=hookplan GIT_AUTHOR_EMAIL=test@hookplan.dev GIT_AUTHOR_DATE='1760000000 +0000'
export GIT_COMMITTER_NAME=hookplan GIT_COMMITTER_EMAIL=test@hookplan.dev GIT_COMMITTER_DATE='1760000000 +0000'
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global protocol.file.allow always
git config --global gc.auto 0
git config --global maintenance.auto false

fail() {
  echo "FAILED: $*"
  for stream in out err; do
    [ ! -s "$tmp/$stream" ] || { echo "--- $stream:"; head -c 6000 "$tmp/$stream"; }
  done
  exit 1
} >&2
skip() { echo "skipped: $*"; exit 77; }
need() { for tool; do command -v "$tool" >/dev/null || skip "$tool is absent"; done; }

# Minimal containers have no pseudo terminals.
has_terminals() { script -qec true /dev/null >/dev/null 2>&1; }

# expect_exit N COMMAND...: its output goes to $tmp/out and $tmp/err, where `has` looks.
expect_exit() {
  expected=$1
  shift
  got=0
  "$@" >"$tmp/out" 2>"$tmp/err" || got=$?
  [ "$got" = "$expected" ] || fail "exit $got instead of $expected: $*"
}
hookplan() { "$HOOKPLAN" "$@"; }

# has TEXT [FILE]: a line of the output (or FILE) holds TEXT.
has() { grep -qF -e "$1" "${2:-$tmp/out}" || fail "no \"$1\" in ${2:-the output}"; }
has_not() { ! grep -qF -e "$1" "${2:-$tmp/out}" || fail "\"$1\" in ${2:-the output}"; }
has_line() { grep -qxF -e "$1" "${2:-$tmp/out}" || fail "no line \"$1\" in ${2:-the output}"; }
complains() { has "$1" "$tmp/err"; }
silent() { [ ! -s "$tmp/$1" ] || fail "something on $1"; }
same() { cmp "$1" "$2" >&2 || fail "$1 and $2 differ: ${3:-}"; }
plain() { ! grep -q "$(printf '\033')" "${1:-$tmp/out}" || fail "an escape byte in ${1:-the output}"; }

# config ENTRY=DAY...: a Prow config with these entries, the first in line 3.
config() {
  printf 'managed_webhooks:\n  org_repo_config:\n'
  for entry; do
    printf '    %s: {token_created_after: %sT00:00:00Z}\n' "${entry%=*}" "${entry##*=}"
  done
}
# many NUMBER: so many entries of one organization.
many() { seq -f '    acme/repository-%05.0f: {token_created_after: 2020-01-01T00:00:00Z}' "$1"; }
commit() { git add -A && git commit -q --allow-empty -m "${1:-change}"; }
# repository FOLDER: a new one with nothing in it; the session goes on inside it.
repository() { git init -q "$tmp/$1" && cd "$tmp/$1"; }
# two_commits FOLDER BASE HEAD: a repository whose config.yaml was BASE and is HEAD, both lists of
# ENTRY=DAY in one word.
two_commits() {
  repository "$1"
  # shellcheck disable=SC2086
  config $2 >config.yaml && commit base
  # shellcheck disable=SC2086
  config $3 >config.yaml && commit head
}
# member NAME [FILE]: the values of all members of that name in JSON, one a line, without a parser.
member() { grep -o "\"$1\":\(\"[^\"]*\"\|[a-z0-9]*\)" "${2:-$tmp/out}" | sed 's/^"[^"]*"://; s/"//g'; }
