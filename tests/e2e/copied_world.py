# SPDX-License-Identifier: Apache-2.0
"""A live_world.World whose tokens are in a service, a peer with trouble on request, from which somebody copies them to
the receiver with a lag."""
import json
import os
import random
import threading
import urllib.request

from live_world import World
from running_peer import start, write_atomically


class CopiedWorld(World):
    SCRIPT = ""
    LAG = 0.3  # seconds at the most, until the receiver has what is in the store

    def __init__(self, folder, *receiver_words):
        self.random = random.Random(14)
        self.folder = folder
        port_file = self.path("api-port")
        self.api = start(self.SCRIPT, "--seconds", "3000", "--port-file", port_file)
        self.ended, self.is_held_up = threading.Event(), False
        self.lock = threading.RLock()  # over the files that the copying writes, too
        self.copying = threading.Thread(target=self.bring_it_to_the_receiver)
        try:
            self.wait_for(lambda: os.path.exists(port_file))
            with open(port_file, encoding="utf-8") as file:
                self.api_url = f"http://127.0.0.1:{int(file.read())}"
            self.prepare()
            super().__init__(folder, *receiver_words)
        except BaseException:
            self.ended.set()
            self.api.terminate()
            raise
        self.copying.start()

    def close(self):
        self.ended.set()
        if self.copying.ident:
            self.copying.join()
        self.api.terminate()
        self.api.wait()
        super().close()

    def bring_it_to_the_receiver(self):
        while not self.ended.wait(self.random.uniform(0, self.LAG)):
            if not self.is_held_up:
                self.bring_it_now()

    def bring_it_now(self):
        with self.lock:
            document = self.document()
            if document is not None:
                write_atomically(self.tokens_path, document)

    def behind(self, path, told=None):
        data = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(self.api_url + path, data, method="GET" if told is None else "PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def keep(self, name):
        with self.lock:
            super().keep(name)
            write_atomically(self.path(f"{name}.secret"), json.dumps(self.data()))

    def go_back_to(self, name):
        with self.lock:
            with open(self.path(f"{name}.secret"), encoding="utf-8") as file:
                self.put_data(json.load(file))
            super().go_back_to(name)
            self.bring_it_now()

    def text_of(self, *names):
        return self.document() if names == ("hmac.yaml",) else super().text_of(*names)

    def ledger(self):
        return json.loads(self.ledger_value().splitlines()[1])

    def make_it_long_ago(self, when):
        head, ledger = self.ledger_value().splitlines()
        self.put_ledger_value(f"{head}\n{self.long_reached(ledger, when)}\n")

    # --- of each store

    def prepare(self):
        """Before the settings are written."""

    def data(self):
        """All of the store, as JSON has it, to be put back."""
        raise NotImplementedError

    def put_data(self, data):
        raise NotImplementedError

    def document(self):
        """The tokens as the receiver is to have them; None while there are none."""
        raise NotImplementedError

    def ledger_value(self):
        raise NotImplementedError

    def put_ledger_value(self, value):
        raise NotImplementedError
