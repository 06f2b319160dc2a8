#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every example of the help is typed as it stands, in a world that has what it names, and does what it is for."""
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
LISTED = [("foo/bar", "2025-01-01"), ("foo/baz", "2025-01-01"), ("qux", "2025-01-01")]
TOKENS = {name: "old-secret-of-" + name.replace("/", "-") for name, _ in LISTED}
# What ends otherwise than with 0, and why.
ENDS_WITH = {"hookplan approve plan.dsse --key file:alice.key": NOT_CONFIRMED}  # nobody is there to type the digest


def out_of(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=True).stdout


def commands():
    return re.findall(r"^  ([a-z]+)  ", out_of("help"), re.M)


def examples():
    """As they are printed, of all commands; `...` stands for words that only the reader knows."""
    found = []
    for command in commands():
        _, _, block = out_of("help", command).partition("\nExamples:\n")
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
            cp ~/hookplan/planner.key ci.key && cp ~/hookplan/planner.key.pub ci.key.pub && cp ~/hookplan/alice.key .
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


if __name__ == "__main__":
    for tool in ("ssh-keygen", "openssl", "man"):
        if shutil.which(tool) is None:
            print(f"skipped: {tool} is absent")
            sys.exit(77)
    unittest.main()
