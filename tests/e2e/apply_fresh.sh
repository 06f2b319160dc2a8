#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a plan leads to must be at the tip of the trusted branch, however it came there.
. "$(dirname "$0")/session.sh"
. "$e2e/live_session.sh"

live_repository foo/bar=2020-01-01 qux=2020-01-01
tokens foo/bar qux
cd work
# A plan of a feature branch, from where it left main.
git checkout -q -b feature
config foo/bar=2026-01-02 qux=2020-01-01 >config.yaml && commit one
config foo/bar=2026-01-02 qux=2020-01-01 foo/new=2020-01-01 >config.yaml && commit two
git checkout -q main
cd "$tmp"
plan_to plan.dsse main feature
cp -a work start
# after COMMANDS: the repository as it was, and on main what they do.
after() {
  rm -rf "$tmp/work"
  cp -a "$tmp/start" "$tmp/work"
  cd "$tmp/work"
  eval "set -e; $1" >"$tmp/git.out" 2>&1
  cd "$tmp"
}
# looks_ahead: the plan can be applied. Nothing is done, so that it can be looked at once more.
looks_ahead() {
  nothing_changed apply 0 plan.dsse --dry-run "$@"
  has 'foo/bar  '
  has 'foo/new  '
}

# Not merged: the content is nowhere on main.
refuses 28 HP8202 plan.dsse
complains 'config.yaml at the tip of refs/heads/main'
# Whoever names a token for reviews is told where these do not count.
refuses 28 HP8202 plan.dsse --review-token env:NOBODY
complains 'the policy asks for no review, so --review-token changes nothing'
complains 'review: {role: NAME} in the policy'
# Nor does another branch help: the plan says which one it is for.
for other in feature release refs/heads/feature; do refuses 28 HP8205 plan.dsse --branch "$other"; done
complains 'the plan is for refs/heads/main, not for refs/heads/feature'

after 'git merge --no-ff -m merge feature'
looks_ahead --branch main
after 'git merge --ff-only feature'
looks_ahead --branch refs/heads/main
after 'git merge --squash feature; commit squash'
looks_ahead
after 'echo other >README; commit other; git merge -m merge feature'
looks_ahead
after 'echo other >README; commit other; git checkout feature; git rebase main; git checkout main; git merge --ff-only feature'
looks_ahead
# Whatever is checked out; and the tip is ahead, with files that do not count.
after 'git merge feature; mkdir docs; config nobody=2020-01-01 >docs/config.yaml; commit more; git checkout HEAD~2'
looks_ahead
# The commits of the feature branch are gone, as on a forge that squashes; their contents are not.
after 'git merge --squash feature; commit squash; git branch -D feature; git reflog expire --expire=now --all; git gc --prune=now'
! git -C work rev-parse -q --verify feature >git.out || fail 'feature is still there'
looks_ahead

# Somebody else's edit came between: an entry more, a comment, settings, a config that is gone or elsewhere.
moved() { # PATH
  refuses 28 HP8202 plan.dsse
  complains "$1 at the tip of refs/heads/main ($(git -C work rev-parse --short=12 refs/heads/main 2>git.out))"
}
after 'git merge feature; config foo/bar=2026-01-02 qux=2020-01-01 foo/new=2020-01-01 x/y=2020-01-01 >config.yaml; commit x'
moved config.yaml
after 'git merge feature; echo "# by somebody" >>config.yaml; commit edit'
moved config.yaml
after 'git merge feature; settings 2h >.hookplan.yaml; commit edit'
moved .hookplan.yaml
after 'git merge feature; git rm .hookplan.yaml; commit edit'
moved .hookplan.yaml
after 'git merge feature; git rm config.yaml; commit edit'
moved config.yaml
after 'git merge feature; git mv config.yaml other.yaml; commit edit'
moved config.yaml
after 'git merge feature; git revert --no-edit HEAD'
moved config.yaml
# A link to the same content is not the same file.
after 'git merge feature; git mv config.yaml real.yaml; ln -s real.yaml config.yaml; commit edit'
refuses 66 HP3010 plan.dsse

# The same content, but main does not descend from the base.
after 'git checkout --orphan fresh; git checkout feature -- .; commit again; git branch -f main; git checkout main'
refuses 28 HP8205 plan.dsse
complains 'is not in the history of refs/heads/main'

# What the remote has counts, not what somebody committed here.
after 'git merge feature'
rm -rf origin.git && git clone -q --bare work origin.git && rm -rf work && git clone -q origin.git work
looks_ahead
(cd work && echo '# here' >>config.yaml && commit here)
looks_ahead
git -C work push -q origin main
refuses 28 HP8202 plan.dsse
git -C work reset -q --hard HEAD~1
refuses 28 HP8202 plan.dsse

# Branches and tags that are called like something else do not stand for main.
after 'git tag main feature'
moved config.yaml
after 'git tag refs/heads/main feature; git branch heads/main feature; git branch refs/heads/main feature'
moved config.yaml
after 'git tag origin/main feature; git tag remotes/origin/main feature'
moved config.yaml
after 'git branch refs/remotes/origin/main feature'
refuses 28 HP8202 plan.dsse --dry-run
after 'git checkout feature; git branch refs/heads/main feature; git update-ref -d refs/heads/main'
refuses 66 HP3003 plan.dsse --dry-run
after 'git merge feature; git tag main HEAD~2; git tag heads/main HEAD~2; git branch refs/heads/main HEAD~2'
looks_ahead
# A branch that is named like the id of a commit, for which git would take the commit.
after 'git merge feature; git update-ref "refs/heads/$(git rev-parse main)" main~2; git update-ref "refs/heads/$(git rev-parse main~2)" main'
looks_ahead
before=$(git -C work rev-parse main~2)
refuses 28 HP8205 plan.dsse --branch "$before"
for name in :/one '@{-1}' HEAD 'main~1' 'main^{commit}' '-x' 'refs/tags/main'; do
  nothing_changed apply 28 plan.dsse "--branch=$name"
done

# Which branch is it?
after 'git merge feature'
expect_exit 0 hookplan plan main~2 main --repo work --sign file:ci.key --out nobranch.dsse
refuses 64 HP8206 nobranch.dsse
complains '--branch'
nothing_changed apply 0 nobranch.dsse --branch main --dry-run
# Without a branch in the plan as well, names are names of branches and nothing else.
refuses 66 HP3003 nobranch.dsse --branch release
git -C work update-ref "refs/heads/$before" main
for name in "$(git -C work rev-parse main)" HEAD :/two '@{-1}' '-x'; do
  refuses 66 HP3003 nobranch.dsse "--branch=$name" --dry-run
done
for name in @ 'main^0' 'main~0' 'main@{0}' 'main^{/two}' refs/heads/feature^0; do
  nothing_changed apply 66 nobranch.dsse "--branch=$name" --dry-run
done
git -C work tag v1 main
refuses 66 HP3003 nobranch.dsse --branch v1

# Not all of the history is here, or not all of the contents.
rm -rf whole && mv work whole && git -C whole config uploadpack.allowFilter true
git clone -q --depth 1 "file://$tmp/whole" work
refuses 66 HP3 plan.dsse
refuses 66 HP3005 plan.dsse
rm -rf work && git clone -q --no-checkout --filter=blob:none "file://$tmp/whole" work
refuses 66 HP3006 plan.dsse
rm -rf work && cp -a whole work
blob=$(git -C work rev-parse main:config.yaml)
rm -f "work/.git/objects/$(echo "$blob" | cut -c 1-2)/$(echo "$blob" | cut -c 3-)"
refuses 66 HP3007 plan.dsse
rm -rf work && mkdir work
refuses 66 HP3001 plan.dsse
