#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packages.sh [FOLDER]: installs the npm packages into HOOKPLAN_PACKAGES, as package-lock.json in this or that folder
# pins them by version and digest,
# with the registry that the machine is set up for. Without npm or a registry that answers it is
# skipped; a package that is not the pinned one is a failure.
set -eu
source=$(cd "$(dirname "$0")/${1:-.}" && pwd)
folder=${HOOKPLAN_PACKAGES:?name the folder to install into}
skip() { echo "skipped: $*"; exit 77; }
for tool in node npm sha256sum; do command -v $tool >/dev/null || skip "$tool is absent"; done
# They ask for node 20, and work with Debian's 18 as well.
major=$(node --version | sed 's/^v//; s/\..*//')
[ "$major" -ge 18 ] || skip "the packages need node 18, this is $(node --version)"

# No address of a registry: it would be another one for everybody.
if grep -n '://' "$source/package.json" "$source/package-lock.json"; then
  echo 'FAILED: an address in the lock file' && exit 1
fi

lock=$(cat "$source/package.json" "$source/package-lock.json" | sha256sum)
if [ "$(cat "$folder/installed" 2>/dev/null)" = "$lock" ]; then
  echo 'installed already' && exit 0
fi
rm -rf "$folder"
mkdir -p "$folder"
cp "$source/package.json" "$source/package-lock.json" "$folder"
cd "$folder"
if ! npm ci --ignore-scripts --engine-strict=false --no-audit --no-fund --no-progress --cache "$folder/cache" \
  --fetch-retries 1 --fetch-retry-mintimeout 1000 --fetch-timeout 20000 >log 2>&1; then
  cat log
  # A package that is not the pinned one, or a lock that does not fit, is a failure; anything else is the
  # machine's: no registry, no certificate for it, no room.
  grep -qE 'code (EINTEGRITY|EUSAGE)' log || skip 'no registry gives npm its packages'
  echo 'FAILED: npm does not install what package-lock.json says' && exit 1
fi
rm -rf cache
echo "$lock" >installed
