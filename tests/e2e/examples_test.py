#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every example and every usage line of the help is typed as it stands, in a world that has what it names, and does what
it is for."""
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from config_world import LOGIN, ConfigWorld

PROGRAM = os.environ["HOOKPLAN"]
os.environ.pop("SOURCE_DATE_EPOCH", None)  # plans that are signed today
NOT_CONFIRMED = 27
NO_CLUSTER = 5
LISTED = [("foo/bar", "2025-01-01"), ("foo/baz", "2025-01-01"), ("qux", "2025-01-01")]
TOKENS = {name: "old-secret-of-" + name.replace("/", "-") for name, _ in LISTED}
# What ends otherwise than with 0, and why.
ENDS_WITH = {"hookplan approve plan.dsse --key file:alice.key": NOT_CONFIRMED}  # nobody is there to type the digest


# What stands for the words in capitals of usage lines.
VALUES = {"BASE": "HEAD~1", "HEAD": "HEAD", "REVISION": "HEAD", "PATTERN": "'foo/*'", "PLAN": "plan.dsse", "PLAN...": "from-bob.dsse",
          "STATEMENT": "plan.json", "ENTRY...": "foo/bar", "PATH...": ".hookplan.yaml", "CODE": "HP1108", "SHELL": "zsh",
          "COMMAND": "plan", "FILE": "plan.dsse", "--out FILE": "new.key", "--signature FILE": "plan.pae.sig",
          "--key SECRET": "file:alice.key", "--token SECRET": "env:GITHUB_TOKEN", "--policy FILE": ".hookplan.yaml",
          "--policy-at REVISION": "origin/main", "--public-key FILE": "ci.key.pub", "--show FILE": "../ci.key.pub", "OWNER/REPO": "acme/config", "NUMBER": "7", "--config-path FILE": "config/prow/config.yaml",
          "URL": "https://prow.example.com/hook", "NAME": "hmac-token", "KEY": "hmac", "ID": "1",
          "--github-token-path FILE": "token", "--github-app-private-key-path FILE": "ci.key"}
# How usage lines end otherwise than with 0: nobody is there to type the digest, and no cluster is near.
USAGE_ENDS_WITH = {"approve": NOT_CONFIRMED, "hmac": NO_CLUSTER}


def alternatives(usage):
    """Every line that a usage line stands for: each of (A | B), and [A] with and without."""
    if " [options]" in usage:
        usage = usage.replace(" [options]", "")
    group = re.search(r"\(([^()]*)\)|\[([^][]*)\]", usage)
    if group is None:
        return [usage.split()]
    inside = group[1] if group[1] is not None else group[2]
    choices = inside.split(" | ") + ([] if group[1] is not None else [""])
    lines = [alternatives(usage[:group.start()] + choice + usage[group.end():]) for choice in choices]
    return list(itertools.chain(*lines))


def filled_in(words):
    """A usage line with values in the place of its words in capitals."""
    line = []
    for before, word in zip(["", *words], words):
        line.append(VALUES.get(f"{before} {word}") or VALUES.get(word, word))
    return " ".join(line)


def out_of(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=True).stdout


def commands():
    return re.findall(r"^  ([a-z]+)  ", out_of("help"), re.M)


def examples():
    """As they are printed, of all commands; `...` stands for words that only the reader knows."""
    found = []
    for words in [["help"], *(["help", command] for command in commands())]:
        block = out_of(*words).partition("\nExamples:\n")[2].partition("\n\n")[0]
        found += [line[2:] for line in block.splitlines() if line.startswith("  ") and "..." not in line.split()]
    return found


class Examples(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = os.path.realpath(temporary.name)
        os.makedirs(self.path("bin"))
        os.symlink(PROGRAM, self.path("bin/hookplan"))
        os.makedirs(self.path("world"))
        self.world = ConfigWorld(self.path("world"), LISTED[:2], LISTED, TOKENS, TOKENS)
        self.addCleanup(self.world.close)
        self.world.tell("pull", repository="acme/config", number=7)
        self.environment = {**os.environ, "HOME": self.world.home, "GITHUB_TOKEN": LOGIN, "GITHUB_REPOSITORY": "acme/config",
                            "GITHUB_API_URL": self.world.api, "DIGEST": "",
                            "PATH": self.path("bin") + os.pathsep + os.environ["PATH"]}
        self.prepare()

    def path(self, name):
        return os.path.join(self.folder, name)

    def sh(self, script, code=0):
        done = subprocess.run(["sh", "-c", script], cwd=self.world.clone, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=100, check=False)
        self.assertEqual(done.returncode, code, f"$ {script}\n{done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self):
        """What the examples name and no example makes."""
        self.sh("""
            umask 077
            cp ~/hookplan/planner.key ci.key && cp ~/hookplan/planner.key.pub ci.key.pub && cp ~/hookplan/alice.key . && echo "$GITHUB_TOKEN" >token
            echo 'a long passphrase' >alice.passphrase
            git branch my-branch HEAD~1 && mkdir bash_completion.d
            git clone -q . ~/config && (cd ~/config && git mv config/prow prow && git commit -q -m moved)
            # A plan, as bytes, and as signatures that were made elsewhere.
            hookplan plan --format json --out plan.json
            hookplan rotate 'foo/*' --branch main --sign file:ci.key --out signed.dsse
            hookplan pae signed.dsse --out plan.pae
            ssh-keygen -q -t ed25519 -N '' -f KEY && ssh-keygen -q -Y sign -f KEY -n hookplan-approval@v1 plan.pae
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out kms.key
            openssl pkey -in kms.key -pubout -out kms.pub && openssl dgst -sha256 -sign kms.key -out kms.sig plan.pae
            hookplan approve signed.dsse --key file:alice.key --digest "$(hookplan show signed.dsse --format json |
              sha256sum | cut -c1-64)" --out approved.dsse
            cp approved.dsse from-alice.dsse && cp signed.dsse from-bob.dsse
            # People who have hooks to set.
            mkdir hand && cd hand && git clone -q .. repository && cp ~/hookplan/hmac.yaml .
            sed -i "s|type: github.*}|type: manual}|; s|path: .*hmac.yaml|path: hmac.yaml|" repository/.hookplan.yaml
            git -C repository commit -q -a -m 'people set the hooks' && git -C repository remote remove origin
            hookplan rotate 'foo/*' --repo repository --branch main --sign file:../ci.key --out plan.dsse
            hookplan apply plan.dsse --key ../ci.key.pub --repo repository --branch main || [ $? = 7 ]
            """)
        for variable, name in (("PLANNER_KEY", "ci.key"), ("ALICE_KEY", "alice.key")):
            with open(os.path.join(self.world.clone, name), encoding="utf-8") as file:
                self.environment[variable] = file.read()
        self.environment["DIGEST"] = self.sh("hookplan show signed.dsse --format json | sha256sum | cut -c1-64").strip()

    def before(self, example):
        """Right before each example: what it works on is as it was, whatever the others did."""
        self.sh("cp signed.dsse plan.dsse && rm -f new.key* plan.pae.sig.new")
        if " approve" not in example and "attach" not in example:
            self.sh("cp approved.dsse plan.dsse")
        if example.startswith("hookplan keygen"):
            self.sh("mkdir -p keys && cp alice.passphrase keys && rm -f keys/*.key keys/*.pub")
            if "--show" in example:
                self.sh("cp ci.key.pub keys")
        elif example.startswith("hookplan confirm"):
            self.sh("cp hand/hookplan-handover.yaml .")
        elif example.startswith("ssh-keygen"):
            self.sh("rm -f plan.pae.sig")

    def test_every_example(self):
        self.assertGreater(len(examples()), 30)
        for example in examples():
            with self.subTest(example=example):
                self.before(example)
                folder = "cd keys && " if example.startswith("hookplan keygen") else ""
                self.sh(folder + example.replace("/etc/", "./"), ENDS_WITH.get(example, 0))

    def test_every_usage_line(self):
        tried = 0
        for command in commands():
            usage = re.match(r"Usage: (.*?)\n\n", out_of("help", command), re.S)[1]
            for words in alternatives(" ".join(usage.split())):
                line = filled_in(words)
                with self.subTest(usage=usage, line=line):
                    tried += 1
                    self.assertNotRegex(line, r"(^| )(?!HEAD)[A-Z]{3,}( |$)", "a word without a value")
                    self.before(f"hookplan {command}" if command != "keygen" else line)
                    if command == "attach":
                        self.sh("ssh-keygen -q -Y sign -f KEY -n hookplan-approval@v1 plan.pae")
                    folder = "cd keys && " if command == "keygen" else ""
                    self.sh(folder + line, USAGE_ENDS_WITH.get(command, 0))
        self.assertGreater(tried, 30)


if __name__ == "__main__":
    for tool in ("ssh-keygen", "openssl", "man"):
        if shutil.which(tool) is None:
            print(f"skipped: {tool} is absent")
            sys.exit(77)
    unittest.main()
