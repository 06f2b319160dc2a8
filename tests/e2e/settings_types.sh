#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whatever is misspelt in a settings file, `check` and `plan` find it offline, at its line and with
# its name. Each row: the line of the good file, what stands there instead, the field, the code.
. "$(dirname "$0")/session.sh"

good='version: 1
config: config.yaml
forges:
  github:
    type: manual
    api: https://api.github.com
receivers:
  prow:
    type: prow
    url: https://prow.example.com/hook
    store:
      type: file
      path: hmac.yaml
  stored:
    type: file
    url: https://stored.example.com/hook
    store: {type: file, path: stored.yaml}
routes:
  - match: foo/*
    forge: github
    receiver: prow
    events: [push]
rotation:
  overlap: 60m
guards:
  max_removals:
    count: 5
    percent: 10
  protected: [foo/bar]
  allow_empty: false'

repository work
printf '%s\n' "$good" >.hookplan.yaml
config foo/a=2020-01-01 >config.yaml && commit base
expect_exit 0 hookplan check .hookplan.yaml
expect_exit 0 hookplan plan HEAD HEAD

rows=0
while IFS='|' read -r number text field code hint; do
  rows=$((rows + 1))
  printf '%s\n' "$good" | awk -v n="$number" -v text="$text" 'NR == n { print text; next } { print }' >.hookplan.yaml
  for command in 'check .hookplan.yaml' 'plan'; do
    [ "$command" = plan ] && commit "row $rows"
    expect_exit 5 hookplan $command
    silent out
    complains "error $code"
    grep -q "^ *\.hookplan\.yaml:$number[: ].*$field" "$tmp/err" || fail "row $rows: not at line $number, field $field"
    grep -qF -- "$hint" "$tmp/err" || fail "row $rows: no hint $hint"
  done
done <<'END'
1|verson: 1|verson|HP4002|did you mean version?
1|version: 2|version|HP4001|version: 1
2|confg: config.yaml|confg|HP4002|did you mean config?
2|config: ../config.yaml|config|HP4004|from the top of the repository
3|forge:|forge|HP4002|did you mean forges?
5|    typ: manual|forges.github.typ|HP4006|add type
5|    type: manul|forges.github.type|HP8301|did you mean manual?
5|    type: Manual|forges.github.type|HP8301|did you mean manual?
5|    type: cvs|forges.github.type|HP8301|it serves: github, manual
5|    type: prow|forges.github.type|HP8301|it serves: github, manual
5|    type: [manual]|forges.github.type|HP4003|fix:
6|    apii: https://api.github.com|forges.github.apii|HP4002|did you mean api?
6|    url: https://api.github.com|forges.github.url|HP4002|known here: type, api
6|    api: api.github.com|forges.github.api|HP4004|fix:
6|    api: http://api.github.com|forges.github.api|HP4004|fix:
6|    api: https://me:pw@api.github.com|forges.github.api|HP4004|fix:
6|    api: {}|forges.github.api|HP4003|fix:
7|receiver:|receiver|HP4002|did you mean receivers?
9|    type: prwo|receivers.prow.type|HP8301|did you mean prow?
9|    type: manual|receivers.prow.type|HP8301|it serves: prow, file
10|    urls: https://prow.example.com/hook|receivers.prow.urls|HP4002|did you mean url?
10|    url: https://prow.example.com/hook?token=x|receivers.prow.url|HP4004|fix:
11|    stores:|receivers.prow.stores|HP4002|did you mean store?
12|      type: flie|receivers.prow.store.type|HP8301|did you mean file?
12|      type: kubernets|receivers.prow.store.type|HP8301|did you mean kubernetes
12|      type: ''|receivers.prow.store.type|HP4003|fix:
13|      pth: hmac.yaml|receivers.prow.store.pth|HP4002|did you mean path?
13|      secret: hmac.yaml|receivers.prow.store.secret|HP4002|known here: type, path
13|      path: [hmac.yaml]|receivers.prow.store.path|HP4003|fix:
17|    store: {type: files, path: stored.yaml}|receivers.stored.store.type|HP8301|did you mean file?
17|    store: hmac.yaml|receivers.stored.store|HP4003|fix:
18|route:|route|HP4002|did you mean routes?
19|  - mach: foo/*|routes[[]0].mach|HP4002|did you mean match?
20|    forge: githab|routes[[]0].forge|HP4005|did you mean github?
21|    receiver: prov|routes[[]0].receiver|HP4005|did you mean prow?
22|    event: [push]|routes[[]0].event|HP4002|did you mean events?
24|  overlapp: 60m|rotation.overlapp|HP4002|did you mean overlap?
24|  overlap: 60|rotation.overlap|HP4004|fix:
27|    counts: 5|guards.max_removals.counts|HP4002|did you mean count?
29|  protect: [foo/bar]|guards.protect|HP4002|did you mean protected?
30|  allow_emtpy: false|guards.allow_emtpy|HP4002|did you mean allow_empty?
END
[ "$rows" -ge 40 ] || fail "only $rows rows"
