#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a person at a terminal is asked.
. "$(dirname "$0")/session.sh"
need python3
has_terminals || skip 'this machine has no pseudo terminals'
unset SOURCE_DATE_EPOCH
two_commits repository foo/bar=2024-01-01 foo/bar=2025-01-01
cd "$tmp"
(umask 077 && printf 'correct horse\n' >passphrase)
hookplan keygen --out plain.key >keys
hookplan keygen --out locked.key --passphrase file:passphrase >keys
hookplan plan --repo repository --format json --out statement.json
hookplan plan --repo repository --sign file:plain.key --out plan.dsse
expect_exit 0 python3 "$e2e/prompts.py" "$HOOKPLAN"
