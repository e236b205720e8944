"""Prints one line for each thing that a client did: client, version, what ran, ok or why it failed; tab-separated."""

import os
import sys
import time

HOST = "127.0.0.1"
PORT = int(os.environ["LOCAL_WORKSPACE_PORT"])
CA_FILE = os.environ["LOCAL_WORKSPACE_CA"]
URL = f"https://{HOST}:{PORT}"
WAREHOUSE = "a1b2c3d4e5f60718"
HTTP_PATH = f"/sql/1.0/warehouses/{WAREHOUSE}"
TOKEN = "local-token-alice"


class Rows:
    """Exits with 1 at the end if something failed."""

    def __init__(self, client, version):
        self.client = client
        self.version = version
        self.failed = False

    def run(self, what, do, expected=None):
        """Runs `do`, which must return `expected` unless that is None."""
        started = time.monotonic()
        try:
            found = do()
            outcome = "ok" if expected is None or found == expected else f"failed: {found!r}, not {expected!r}"
        except Exception as error:  # Whatever a client raises is what the line is about.
            outcome = f"failed: {type(error).__name__}: {error}"
        self.failed |= outcome != "ok"
        outcome = " ".join(outcome.split())[:300]
        print(f"{self.client}\t{self.version}\t{what}\t{outcome}", flush=True)
        print(f"{what}: {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)

    def refused(self, what, do, words):
        """Runs `do`, which must fail with these words."""

        def attempt():
            try:
                do()
            except Exception as error:
                return words if words in str(error) else str(error)
            return "no error"

        self.run(what, attempt, words)

    def end(self):
        sys.exit(1 if self.failed else 0)
