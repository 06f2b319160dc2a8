#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Routes of .hookplan.yaml: where deliveries go is part of what changes.
. "$(dirname "$0")/session.sh"

# routes URL [EVENTS]: settings with one route for foo/* and none for others.
routes() {
  cat <<END
version: 1
forges: {github: {type: manual, api: https://api.github.com}}
receivers:
  prow: {type: prow, url: $1, store: {type: file, path: hmac.yaml}}
routes:
  - {match: "foo/*", forge: github, receiver: prow, events: ${2:-[push]}}
END
}
# A password in a URL is refused, and not repeated.
repository bad
config foo/a=2020-01-01 >config.yaml && commit base
routes https://user:hunter2@prow.example.com/hook >.hookplan.yaml && commit head
expect_exit 5 hookplan plan
complains 'HP4004'
has_not hunter2 "$tmp/err"
routes http://prow.example.com/hook >.hookplan.yaml && commit head
expect_exit 5 hookplan plan
complains 'not encrypted'
routes https://prow.example.com/hook | sed 's/receiver: prow/receiver: prwo/' >.hookplan.yaml
commit head
expect_exit 5 hookplan plan
complains 'no receiver is called prwo'
complains 'did you mean prow?'

# The first settings file moves nothing: nobody knows where the hooks led before.
repository work
config bar/b=2020-01-01 foo/a=2020-01-01 >config.yaml && commit base
routes https://prow.example.com/hook >.hookplan.yaml && commit routed
expect_exit 0 hookplan plan --exit-code
has 'no changes. 2 unchanged.'
has 'HP2401'

# A rotation says in JSON where it happens.
config bar/b=2021-01-01 foo/a=2021-01-01 >config.yaml && commit rotated
expect_exit 0 hookplan plan --format json
[ "$(grep -o '"route":' "$tmp/out" | wc -l)" = 2 ] || fail 'not exactly foo/a has a route'
has '"route":{"events":["push"],"forge":{"api":"https://api.github.com","name":"github","type":"manual"}'
has '"receiver":{"name":"prow","store":{"path":"hmac.yaml","type":"file"},"type":"prow","url":"https://prow.example.com/hook"}'

# Another URL, or other events, is a reroute of what the route matches, and of nothing else.
routes https://new.example.com/hook >.hookplan.yaml && commit rerouted
expect_exit 2 hookplan plan --exit-code
grep -q '^  > reroute  *foo/a ' "$tmp/out" || fail 'no reroute'
has 'deliveries go to prow (https://new.example.com/hook) instead of prow (https://prow.example.com/hook)'
has '1 change: 1 reroute. 1 unchanged.'
# Whoever reads only the comment must see where deliveries go, too.
expect_exit 0 hookplan plan --format markdown
sed 's/&#46;/./g; s/&#58;/:/g' "$tmp/out" >"$tmp/shown"
has 'https://new.example.com/hook' "$tmp/shown"
has 'https://prow.example.com/hook' "$tmp/shown"
routes https://new.example.com/hook '[push, issues]' >.hookplan.yaml && commit events
expect_exit 0 hookplan plan
has '> reroute  foo/a'
has_not 'instead of prow (https://new.example.com/hook)'
has 'issues'
routes https://new.example.com/hook '[issues, push]' >.hookplan.yaml && commit order
expect_exit 0 hookplan plan
has 'no changes. 2 unchanged.'
# Moved and rotated at once, both are shown.
routes https://third.example.com/hook >.hookplan.yaml
config bar/b=2021-01-01 foo/a=2022-01-01 >config.yaml && commit both
expect_exit 0 hookplan plan
has '2 changes: 1 reroute, 1 rotate. 1 unchanged.'
# A protected entry is not rerouted either.
printf 'guards: {protected: [foo/a]}\n' >>.hookplan.yaml && commit protected
sed -i 's/third/fourth/' .hookplan.yaml && commit moved
expect_exit 3 hookplan plan
has 'blocked   protected: reroute foo/a'
