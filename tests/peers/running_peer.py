# SPDX-License-Identifier: Apache-2.0
"""Starts peers for a test and ends them with it."""
import contextlib
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 30


def write_atomically(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def start(script, *words):
    return subprocess.Popen([sys.executable, os.path.join(HERE, script), *words])


@contextlib.contextmanager
def prow_hook(folder, *words):
    """prow_hook.py with the file `tokens` of the folder; gives its port."""
    port_file = os.path.join(folder, "port")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(port_file)
    child = start("prow_hook.py", "--tokens", os.path.join(folder, "tokens"), "--port-file", port_file,
                  "--seconds", "120", *words)
    try:
        end = time.monotonic() + LIMIT
        while not os.path.exists(port_file):
            if child.poll() is not None or time.monotonic() > end:
                raise AssertionError("prow_hook.py does not start")
            time.sleep(0.02)
        with open(port_file, encoding="utf-8") as file:
            yield int(file.read())
    finally:
        child.terminate()
        child.wait()
