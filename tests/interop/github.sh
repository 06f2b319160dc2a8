#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# github.sh prism|emulate|comments: a run of the program against a stand-in for GitHub that does not share our view of it.
. "$(dirname "$0")/interop.sh"
need python3
need_packages
description=${HOOKPLAN_SHARED:-}/openapi/github-hooks.json
[ "$1" = emulate ] || [ -e "$description" ] || skip "no $description"
TMPDIR=$tmp python3 -B "$interop/github_$1.py" "$packages" "$description"
