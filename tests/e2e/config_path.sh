#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Which file is the Prow config, and that the output says how it was found.
. "$(dirname "$0")/session.sh"

# A decoy in another usual place cannot hide a change: nothing is guessed.
repository decoy
mkdir -p config/prow prow
config a/a=2020-01-01 >config/prow/config.yaml && commit base
config a/a=2021-01-01 >config/prow/config.yaml && config d/d=2020-01-01 >config.yaml && commit head
expect_exit 66 hookplan plan
silent out
complains 'error HP3009'
complains 'config.yaml, config/prow/config.yaml'
complains '--config-path'
expect_exit 0 hookplan plan --config-path config/prow/config.yaml
has '~ rotate   a/a'
has 'config: --config-path'
# One that was there before and is gone still counts: its entries would silently stay.
git rm -q config/prow/config.yaml && commit moved
expect_exit 66 hookplan plan
complains 'error HP3009'

# Names that lead nowhere, or out of the repository, or to something else than a file.
two_commits work 'a/a=2020-01-01' 'a/a=2021-01-01'
expect_exit 66 hookplan plan --config-path prow/config.yaml
complains 'neither revision has prow/config.yaml (named by --config-path)'
for path in /etc/passwd ../work/config.yaml ./config.yaml a//b ''; do
  expect_exit 64 hookplan plan --config-path "$path"
  silent out
done
ln -s config.yaml link.yaml && mkdir folder && touch folder/file && commit more
expect_exit 66 hookplan plan --config-path link.yaml
complains 'is a symbolic link'
expect_exit 66 hookplan plan --config-path folder
complains 'is a folder'
expect_exit 66 hookplan plan --config-path folder/file/below

# The rules in their order: option, settings of the base, looking.
expect_exit 0 hookplan plan HEAD~2
has 'config: found by looking in the usual places'
mkdir -p deep/own
config b/b=2020-01-01 >deep/own/prow.yaml
printf 'version: 1\nconfig: deep/own/prow.yaml\n' >.hookplan.yaml && commit settings
expect_exit 0 hookplan plan
has 'config.yaml   '
has 'config: found by looking in the usual places'
config b/b=2021-01-01 >deep/own/prow.yaml && commit rotated
expect_exit 0 hookplan plan
has 'deep/own/prow.yaml   '
has 'config: named in .hookplan.yaml of the base'
has '~ rotate   b/b'
expect_exit 0 hookplan plan --config-path config.yaml
has 'config: --config-path'
has 'no changes'
# The head cannot point elsewhere to hide what it removes.
: >deep/own/prow.yaml
printf 'version: 1\nconfig: config.yaml\n' >.hookplan.yaml && commit elsewhere
expect_exit 3 hookplan plan
has '- remove   b/b'
has 'deep/own/prow.yaml   '

# A file without the section is taken if it is the only one, and that is said.
repository plain
echo 'plank: {}' >config.yaml && commit base
config a/a=2020-01-01 >>config.yaml && commit head
expect_exit 0 hookplan plan
has_line '1 change: 1 onboard. 0 unchanged.'
git reset -q --hard HEAD~1 && echo 'deck: {}' >>config.yaml && commit nothing
expect_exit 0 hookplan plan
has 'found by looking in the usual places, without managed_webhooks'
git rm -q config.yaml && commit gone && commit later
expect_exit 66 hookplan plan
complains 'error HP3008'
complains 'looked for config.yaml'
