#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# live.sh TEST [CASE...]: a session written in Python, with a git that knows nothing of the machine.
. "$(dirname "$0")/session.sh"
need python3
test=$1
shift
TMPDIR=$tmp python3 -B "$e2e/$test.py" "$@"
