#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a console session of a document as it is written and compares what it prints.

usage: console_block.py DOCUMENT SESSION, in an empty folder

The session is the console block after the line <!-- session: SESSION -->. Lines that begin with `$ ` are
commands of one shell, the others are what they print, both streams together; a line `...` stands for
any lines. What is new in every run (keys, digests, times) is compared by its form alone; digits of a
digest that a command names are replaced by those that were printed in this run, as a person would,
and a file that is shown with `cat` before anything made it is made from what is shown.
"""
import re
import subprocess
import sys

MARK = "\x01"
FORMS = [
    (re.compile(r"ssh-ed25519 [A-Za-z0-9+/=]+"), "SSH-KEY"),
    (re.compile(r"[0-9a-f]{64}"), "DIGEST"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z"), "TIME"),
]


def session_of(document, name):
    """[(command, [line, ...]), ...]"""
    text = open(document, encoding="utf-8").read()
    block = re.search(r"<!-- session: %s -->\n```console\n(.*?)\n```" % re.escape(name), text, re.S)
    if not block:
        sys.exit(f"{document} has no session {name}")
    steps = []
    for line in block[1].split("\n"):
        if line.startswith("$ "):
            steps.append((line[2:], []))
        else:
            steps[-1][1].append(line)
    return steps


class Shell:
    """One shell for all commands, so that variables and $? live on."""

    def __init__(self):
        self.process = subprocess.Popen(["sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.say("rc=0")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def run(self, command):
        # The commands themselves must not read what comes after them.
        self.say(f"(exit $rc); {{ {command}\n}} </dev/null; rc=$?; printf '{MARK}\\n'")
        lines = []
        while True:
            line = self.process.stdout.readline()
            if not line:
                sys.exit(f"the shell ended in: {command}")
            if line == MARK + "\n":
                return lines
            lines.append(line.rstrip("\n"))


def form_of(line):
    for pattern, word in FORMS:
        line = pattern.sub(word, line)
    return line.rstrip()


def agree(shown, printed):
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(agree(shown[1:], printed[skip:]) for skip in range(len(printed) + 1))
    return bool(printed) and form_of(shown[0]) == form_of(printed[0]) and agree(shown[1:], printed[1:])


def make_shown_file(command, shown, keys):
    name = command.removeprefix("cat ")
    try:
        open(name, "x", encoding="utf-8").write(
            "\n".join(re.sub(r"^( *([a-z]+): \{ssh: )ssh-ed25519 [A-Za-z0-9+/=]+",
                             lambda match: match[1] + keys[match[2]], line) for line in shown) + "\n")
    except FileExistsError:
        pass


def main():
    steps = session_of(sys.argv[1], sys.argv[2])
    shell = Shell()
    keys = {}
    digest = ""
    for command, shown in steps:
        if re.fullmatch(r"cat [\w.]+", command):
            make_shown_file(command, shown, keys)
        printed = shell.run(re.sub(r"(--digest )[0-9a-f]{64}\b", lambda match: match[1] + digest, command))
        if not agree(shown, printed):
            sys.exit("\n".join([f"$ {command}", "--- is shown to print:", *shown, "--- but prints:", *printed]))
        for line in printed:
            if key := re.fullmatch(r" *([a-z]+): \{ssh: (ssh-ed25519 [A-Za-z0-9+/=]+)\}", line):
                keys[key[1]] = key[2]
            if plan := re.search(r"\bplan +sha256:([0-9a-f]{64})", line):
                digest = plan[1]
    print(f"{len(steps)} commands")


main()
