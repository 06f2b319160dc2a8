#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What must not happen with other people's text; for the sessions hostile_*.sh, after session.sh.

escape=$(printf '\033')
# inert: nothing in the output that a terminal, a CI runner, a browser or GitHub would obey.
inert() {
  for stream in out err; do
    file=$tmp/$stream
    plain "$file"
    ! grep -q "$(printf '\342\200\256')" "$file" || fail "$1: a bidirectional override"
    ! grep -q "$(printf '\r')" "$file" || fail "$1: a carriage return"
    # Runners strip white space of every kind before they look for a command.
    sed 's/^\(\xc2\xa0\|\xe2\x80\x83\|\xe3\x80\x80\|[[:space:]]\)*//' "$file" >"$tmp/stripped"
    ! grep -q '^::' "$tmp/stripped" || fail "$1: a line begins with ::"
    has_not '##[' "$file"
    has_not '##vso' "$file"
  done
}
# inert_markdown: what is left outside of code, as the reader's browser gets it.
inert_markdown() {
  inert "$1"
  for markup in '<img' '<script' '](http://x' '<a ' 'javascript:'; do has_not "$markup"; done
  sed 's/<code>[^<]*<\/code>//g; s/&#64;/@/g; s/&#58;/:/g' "$tmp/out" >"$tmp/outside"
  has_not '@everyone' "$tmp/outside"
  ! grep '^|' "$tmp/out" | grep -qv '^|\(\([^|]*|\)\{2\}\)\{1,2\}$' || fail "$1: a broken table"
}
