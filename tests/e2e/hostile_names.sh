#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Names of entries are other people's text: shown, never obeyed.
. "$(dirname "$0")/session.sh"
. "$e2e/inert.sh"

entries() {
  printf 'managed_webhooks:\n  org_repo_config:\n'
  while IFS= read -r name; do
    printf '    "%s": {token_created_after: 2020-01-01T00:00:00Z}\n' "$name"
  done <<'END'
@everyone
](http://x)
<img src=x onerror=alert(1)>
a|b
`id`
::error::failed
 ::error file=a::indented
\u00A0::warning::no-break/space
\u3000::warning::wide/space
##[group]folded
##vso[task.setvariable variable=x]y
\e[31mred\e[2J
\u202Etxt.exe
line\n::error::break
\r::error::return
$(id)
--><script>alert(1)</script>
END
}

repository names
config ok/ok=2020-01-01 >config.yaml && commit base
entries >config.yaml && commit head
# They are refused as names, and shown so that a reviewer sees what is there.
expect_exit 5 hookplan plan
inert 'names, onboarded'
has '\u202etxt.exe'
has '\u001b[31mred'
expect_exit 5 hookplan plan --format markdown
inert_markdown 'names, onboarded'
expect_exit 5 hookplan check config.yaml
inert 'check'
# Taken away again: no error, but the same names, in cautions and removals.
config ok/ok=2020-01-01 >config.yaml && commit mended
expect_exit 3 hookplan plan
inert 'names, removed'
expect_exit 3 hookplan plan --format markdown
inert_markdown 'names, removed'
hookplan plan --format json >"$tmp/plan.json" || :
expect_exit 0 hookplan show "$tmp/plan.json"
inert 'names, shown'
