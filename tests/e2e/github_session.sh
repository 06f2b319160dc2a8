#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The apply to GitHub, as the README shows it, against a stand-in for GitHub.
. "$(dirname "$0")/session.sh"
need python3
sh "$HOOKPLAN_SOURCE/ci/demo-repository" "$tmp/build/demo"
mkfifo port
python3 -B "$e2e/../peers/github.py" --seconds 100 >port &
peer=$!
trap 'kill $peer 2>/dev/null; rm -rf "$tmp"' EXIT
read -r number <port
api=http://127.0.0.1:$number

# The same two commits, with these settings.
cd build/demo
git checkout -q HEAD~1
sed -i "s|people: {type: manual}|github: {type: github, api: \"$api\", token: env:GITHUB_TOKEN, pace: 0s}|
        s|forge: people|forge: github|" .hookplan.yaml
git commit -q -a -m 'hookplan sets the hooks'
git checkout -q main -- config
git commit -q -m 'onboard, rotate, remove, relax, retire the global token'
git branch -q -f main
git checkout -q main
cd "$tmp"
python3 - "$api" <<'END_OF_SCRIPT'
import json
import sys
import urllib.request

hook = {"config": {"url": "https://prow.example.com/hook", "secret": "old"}}
there = {"hooks": [hook]}
body = {"tokens": {"ghp_of_an_administrator": {"kind": "classic", "scopes": ["repo", "admin:org_hook", "admin:org"]}},
        "targets": {"foo/bar": there, "foo/baz": there, "foo/old": there, "foo/same": there, "qux": there,
                    "foo/bax": {}, "quux": {}}}
urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/_control/seed", json.dumps(body).encode())).close()
END_OF_SCRIPT

mkdir bin
ln -s "$HOOKPLAN" bin/hookplan
unset SOURCE_DATE_EPOCH # a plan that is signed today
export GITHUB_TOKEN=ghp_of_an_administrator
PATH="$tmp/bin:$PATH" expect_exit 0 python3 "$e2e/console_block.py" "${DOCUMENT:-$HOOKPLAN_SOURCE/README.md}" github
