#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A base is history. A mistake in it that Prow passed over is read as Prow read it, and said; a base
# that Prow could not read was never in force, so the plan begins before it.
. "$(dirname "$0")/session.sh"

after=2022-01-01T00:00:00Z
zero=0001-01-01T00:00:00Z

# past CODE WANTED <CONFIG: a base with that mistake, and a head that mends it: the warning is there,
# and the one line of the plan, or "no changes".
number=0
past() {
  number=$((number + 1))
  repository "past$number"
  cat >config.yaml && commit mistake
  expect_exit 5 hookplan plan
  complains "error $1"
  config a/b=2022-01-01 c/d=2020-01-01 >config.yaml && commit mended
  expect_exit 0 hookplan plan
  has "warning $1  the base is read as Prow read it"
  grep -qE -e "$2" "$tmp/out" || fail "no $2"
  expect_exit 0 hookplan plan HEAD~1 HEAD
  has "warning $1"
  expect_exit 0 hookplan plan --format json
  has '"severity":"warning"'
}
past HP1107 '  ~ rotate +a/b' <<X
managed_webhooks:
  org_repo_config:
    a/b: {token_create_after: $after}
    c/d: {token_created_after: 2020-01-01T00:00:00Z}
X
past HP1107 '^no changes. 2 unchanged.' <<X
managed_webhooks:
  org_repo_configs: {x/y: {}}
  org_repo_config:
    a/b: {token_created_after: $after}
    c/d: {token_created_after: 2020-01-01T00:00:00Z}
X
past HP1108 '^no changes. 2 unchanged.' <<X
managed_webhooks:
  org_repo_config:
    a/b: {token_created_after: $zero}
    c/d: {token_created_after: 2020-01-01T00:00:00Z}
    a/b: {token_created_after: $after}
X
past HP1108 '  \+ onboard +c/d' <<X
managed_webhooks:
  org_repo_config:
    c/d: {token_created_after: 2020-01-01T00:00:00Z}
  org_repo_config:
    a/b: {token_created_after: $after}
X
past HP1110 '  - remove +true' <<X
managed_webhooks:
  org_repo_config:
    on: {}
    a/b: {token_created_after: $after}
    c/d: {token_created_after: 2020-01-01T00:00:00Z}
X

# What Prow refused, or what only it can tell: the nearest first parent that can be read.
for broken in '    a/b: {token_created_after: yesterday}' '    a/b: [1' '    a/b: *nowhere' '    ? 7.50' \
  '    a/b: {token_created_after: 2020-01-01T00:00:00Z, Token_Created_After: 2021-01-01T00:00:00Z}'; do
  number=$((number + 1))
  repository "past$number"
  config a/b=2020-01-01 c/d=2020-01-01 >config.yaml && commit good
  { config c/d=2020-01-01 && printf '%s\n' "$broken"; } >config.yaml && commit broken
  printf '# once more\n' >>config.yaml && commit 'broken still'
  config a/b=2022-01-01 >config.yaml && commit mended
  expect_exit 0 hookplan plan
  has "the nearest first parent of HEAD that can be read; $(git rev-parse --short=12 HEAD~1) cannot be read"
  has "$(git rev-parse --short=12 HEAD~3) -> $(git rev-parse --short=12 HEAD)"
  has '2 changes: 1 remove, 1 rotate. 0 unchanged.'
  # One that is named is taken at its word.
  expect_exit 5 hookplan plan HEAD~1
  complains 'name an older base'
done

# Nothing before it can be read: the error of the first parent.
repository nothing
echo 'managed_webhooks: [' >config.yaml && commit broken
config a/b=2022-01-01 >config.yaml && commit mended
expect_exit 5 hookplan plan
complains 'HP1004'

# The plan follows from git all the same: it is signed and applied.
repository applied
cat >.hookplan.yaml <<X
version: 1
forges: {people: {type: manual}}
receivers:
  hook: {type: file, url: "https://prow.example.com/hook", store: {type: file, path: $tmp/hmac.yaml}}
routes: [{match: "*", forge: people, receiver: hook}]
X
printf 'managed_webhooks:\n  org_repo_config:\n    a/b: {token_create_after: %s}\n' "$after" >config.yaml
commit mistake && config a/b=2022-01-01 >config.yaml && commit mended
install -m 600 /dev/null "$tmp/hmac.yaml"
unset SOURCE_DATE_EPOCH
hookplan keygen --type ed25519 --out "$tmp/ci.key" >"$tmp/ignored"
expect_exit 0 hookplan plan --branch main --sign "file:$tmp/ci.key" --out "$tmp/plan.dsse"
expect_exit 7 hookplan apply "$tmp/plan.dsse" --key "$tmp/ci.key.pub" --handover "$tmp/handover.yaml"
has '1 waiting'
