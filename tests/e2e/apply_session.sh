#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The apply with nothing but files, as the README shows it.
. "$(dirname "$0")/session.sh"
need python3
sh "$HOOKPLAN_SOURCE/ci/demo-repository" "$tmp/build/demo"
mkdir bin
ln -s "$HOOKPLAN" bin/hookplan
unset SOURCE_DATE_EPOCH # a plan that is signed today
PATH="$tmp/bin:$PATH" expect_exit 0 python3 "$e2e/console_block.py" "$HOOKPLAN_SOURCE/README.md" apply
