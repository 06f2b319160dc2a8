#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# So are paths, branches and whatever else is typed: shown, never obeyed.
. "$(dirname "$0")/session.sh"
. "$e2e/inert.sh"

# As a path, in every place where a path is said.
for path in '::error::x.yaml' "$(printf 'a\n::error::b.yaml')" '<img src=x>.yaml' "${escape}[31m.yaml" \
  '](x)' "$(printf '\302\240::error::x.yaml')" '@everyone'; do
  repository "path-$(printf %s "$path" | cksum | cut -d' ' -f1)"
  config a/a=2020-01-01 >"$path" && commit base
  config a/a=2021-01-01 b/b=2099-01-01 >"$path" && commit head
  for format in text markdown; do
    expect_exit 5 hookplan plan --config-path "$path" --format $format
    inert "path as $format"
    [ $format = text ] || inert_markdown "path $path"
  done
  expect_exit 66 hookplan plan --config-path "$path.not"
  inert 'a path that is not there'
  expect_exit 66 hookplan check "./$path.not" "$path.not"
  inert 'a file that is not there'
done

# As a branch, and as whatever else is typed.
for name in '@everyone' '<img>' '](x)' 'a|b' '`id`' '$(id)' '##vso' 'x::error'; do
  git check-ref-format "refs/heads/$name" || continue
  git branch "$name" HEAD~1
  expect_exit 5 hookplan plan "$name" HEAD --config-path '@everyone'
  inert "branch $name"
  expect_exit 5 hookplan plan "$name" HEAD --config-path '@everyone' --format markdown
  inert_markdown "branch $name"
done
for word in '::error::x' "$(printf 'x\n::error::y')" "${escape}[2J" '##[group]'; do
  expect_exit 66 hookplan plan -- "$word"
  inert "revision $word"
  for command in "$word" "plan --format=$word" "plan --$word" "explain $word" "help $word"; do
    # shellcheck disable=SC2086
    (IFS=' ' && set -f && expect_exit 64 hookplan $command && inert "$command")
  done
done
