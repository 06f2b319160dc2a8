#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A person at a terminal: what is asked, what is shown of the answer, and how the terminal is left.

usage: prompts.py HOOKPLAN, in a folder with plan.dsse, statement.json, plain.key and locked.key, whose
passphrase is "correct horse".
"""
import os
import pty
import re
import select
import signal
import sys
import termios
import time

HOOKPLAN = sys.argv[1]
PASSPHRASE = b"correct horse"
LIMIT = 60


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *words):
        self.output = b""
        self.child, self.master = pty.fork()
        if self.child == 0:
            os.execv(HOOKPLAN, [HOOKPLAN, *words])

    def read(self):
        if not select.select([self.master], [], [], LIMIT)[0]:
            fail(f"it says nothing more and does not end within {LIMIT} s", self)
        try:
            data = os.read(self.master, 65536)
        except OSError:  # Linux says so when the last user of the terminal is gone
            data = b""
        self.output += data
        return data

    def wait_for(self, text):
        end = time.monotonic() + LIMIT
        while text not in self.output:
            if time.monotonic() > end or not self.read():
                fail(f"it never says {text!r}", self)
        return self

    def type(self, text):
        os.write(self.master, text)
        return self

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def exit(self):
        while self.read():
            pass
        status = os.waitpid(self.child, 0)[1]
        os.close(self.master)
        return os.waitstatus_to_exitcode(status)


def fail(what, terminal):
    sys.exit(f"FAILED: {what}\n--- printed:\n{terminal.output.decode(errors='replace')}")


def check(condition, what, terminal):
    if not condition:
        fail(what, terminal)


def digest():
    shown = os.popen(f"'{HOOKPLAN}' show plan.dsse").read()
    return re.search(r"^plan +sha256:([0-9a-f]{64})", shown, re.M)[1].encode()


def a_passphrase_is_asked_for_and_not_shown():
    t = Terminal("sign", "statement.json", "--key", "file:locked.key", "--out", "signed.dsse")
    t.wait_for(b"passphrase of file locked.key: ")
    check(not t.echoes(), "the terminal shows what is typed", t)
    t.type(PASSPHRASE + b"\n")
    check(t.exit() == 0, "it does not sign", t)
    check(PASSPHRASE not in t.output, "it shows the passphrase", t)


def ctrl_c_at_the_passphrase_ends_it_and_the_terminal_shows_again():
    t = Terminal("sign", "statement.json", "--key", "file:locked.key", "--out", "never.dsse")
    t.wait_for(b"passphrase of")
    t.type(b"corr\x03")
    end = time.monotonic() + LIMIT
    while not t.echoes():
        check(time.monotonic() < end, "the terminal stays silent", t)
    check(t.exit() == -signal.SIGINT and not os.path.exists("never.dsse"), "it goes on", t)


def ctrl_z_at_the_passphrase_does_not_bring_the_echo_back():
    t = Terminal("sign", "statement.json", "--key", "file:locked.key", "--out", "resumed.dsse")
    t.wait_for(b"passphrase of")
    t.type(b"\x1a")
    check(not t.echoes(), "the terminal shows what is typed", t)
    t.type(PASSPHRASE + b"\n")
    check(t.exit() == 6, "Ctrl-Z is no part of the passphrase", t)
    check(PASSPHRASE not in t.output, "it shows the passphrase", t)


def a_signal_at_the_passphrase_leaves_the_terminal_as_it_was():
    t = Terminal("sign", "statement.json", "--key", "file:locked.key", "--out", "never.dsse")
    t.wait_for(b"passphrase of")
    os.kill(t.child, signal.SIGTERM)
    end = time.monotonic() + LIMIT
    while not t.echoes():
        check(time.monotonic() < end, "the terminal stays silent", t)
    check(t.exit() == -signal.SIGTERM, "it does not end by the signal", t)


def the_deadline_does_not_count_what_a_person_takes():
    t = Terminal("plan", "--repo", "repository", "--sign", "file:locked.key", "--out", "slow.dsse", "--timeout", "4")
    t.wait_for(b"passphrase of")
    end = time.monotonic() + 5  # longer than --timeout: there is no other fact to wait for
    while time.monotonic() < end:
        time.sleep(0.1)
    t.type(PASSPHRASE + b"\n")
    check(t.exit() == 0, "the time of the person counts", t)


def approve_asks_for_the_digest_that_it_does_not_show():
    wanted = digest()
    t = Terminal("approve", "plan.dsse", "--key", "file:plain.key", "--out", "approved.dsse")
    t.wait_for(b"from where you read it: ")
    check(wanted[:16] not in t.output, "it shows the digest itself", t)
    check(b"rotate" in t.output, "it does not show the plan", t)
    t.type(b"00000000\n").wait_for(b"HP7105")
    t.type(wanted[:16] + b"\n")
    check(t.exit() == 0 and os.path.exists("approved.dsse"), "it does not approve", t)


def approve_gives_up_after_three_wrong_digests():
    t = Terminal("approve", "plan.dsse", "--key", "file:plain.key", "--out", "never.dsse")
    for _ in range(3):
        t.wait_for(b"from where you read it: ")
        t.output = b""
        t.type(b"00000000\n")
    check(t.exit() == 27 and not os.path.exists("never.dsse"), "it approves", t)


for session in (a_passphrase_is_asked_for_and_not_shown,
                ctrl_c_at_the_passphrase_ends_it_and_the_terminal_shows_again,
                ctrl_z_at_the_passphrase_does_not_bring_the_echo_back,
                a_signal_at_the_passphrase_leaves_the_terminal_as_it_was,
                the_deadline_does_not_count_what_a_person_takes,
                approve_asks_for_the_digest_that_it_does_not_show,
                approve_gives_up_after_three_wrong_digests):
    print(session.__name__.replace("_", " "))
    session()
