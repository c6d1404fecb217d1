# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a context manager, for tests."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_TIMEOUT = 20
OWN_CERTIFICATE = ssl._create_unverified_context()
"""This is the simulator that was started here, whoever has signed what it shows to others."""


class Simulator:
    """A running simulator: `with Simulator.start(seed=1, speed=60.0, strict=True) as sim:`"""

    def __init__(self, process, env, folder):
        self._process = process
        self._folder = folder
        self.env = env
        self.url = env["OVH_SIMULATOR_URL"]

    @classmethod
    def start(cls, **options):
        """Options are those of the command line, with underscores; True is a flag."""
        folder = tempfile.TemporaryDirectory(prefix="ovh-simulator-")
        env_file = Path(folder.name) / "env"
        command = [sys.executable, "-m", "simulator", "--env-file", str(env_file)]
        for name, value in options.items():
            flag = "--" + name.replace("_", "-")
            if value is True:
                command.append(flag)
            elif value is not False and value is not None:
                command += [flag, str(value)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_TIMEOUT
        while not env_file.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                folder.cleanup()
                raise RuntimeError(f"the simulator did not start: {' '.join(command)}")
            time.sleep(0.01)
        lines = env_file.read_text(encoding="utf-8").splitlines()
        return cls(process, dict(line.split("=", 1) for line in lines), folder)

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()

    def control(self, method, path, body=None, timeout=30):
        """A call on the control path; an error answer raises with its message."""
        request = urllib.request.Request(f"{self.url}/_simulator{path}", method=method)
        request.data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=timeout, context=OWN_CERTIFICATE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.read().decode()}") from None

    def last(self):
        """The number of the last entry of the journal, after which that of a run begins."""
        return self.control("GET", "/journal/last")

    def journal(self, since=0):
        return self.control("GET", f"/journal?since={since}")

    def writes(self, since=0):
        """What would have changed something: no GET, nothing under /auth, and none that chance let fail before that."""
        return [
            entry
            for entry in self.journal(since)
            if entry["method"] != "GET" and not entry["path"].startswith("/auth") and entry.get("chance") != "before"
        ]

    def clear_journal(self):
        self.control("DELETE", "/journal")

    def schema_errors(self):
        return self.control("GET", "/schema-errors")

    def assert_sound(self):
        """Nothing that the simulator did since the last time was its own mistake."""
        assert self.control("DELETE", "/defects") == []

    def state(self):
        return self.control("GET", "/state")

    def project(self, description):
        """The state of the one project that is called so."""
        [found] = [one for one in self.state()["cloud"]["projects"].values() if one["description"] == description]
        return found

    def restore(self, state):
        self.control("POST", "/restore", state)

    def reset(self, seed=None, world=None):
        """The world, settings, clock and seed of the start; the keys stay, so that clients go on working."""
        self.assert_sound()
        self.control("POST", "/reset", {"seed": seed, "world": world})

    def settings(self, **changes):
        return self.control("PATCH", "/settings", changes)

    def advance(self, seconds):
        return self.control("POST", "/clock", {"advance": seconds})

    def clock(self, **changes):
        return self.control("POST", "/clock", changes)

    def fault(self, kind, method="*", path="*", **fields):
        return self.control("POST", "/faults", {"kind": kind, "method": method, "path": path, **fields})

    def faults(self):
        return self.control("GET", "/faults")

    def clear_faults(self):
        self.control("DELETE", "/faults")

    def hold(self, method="*", path="*", where="before", **fields):
        """Have requests stand still until `release`: `before` they are checked, `between` the checks and the effect (of
        handlers that can stop there), or `after` the effect, before the answer; `skip`, `times` as with every fault.
        """
        return self.fault(f"hold_{where}", method, path, **fields)

    def held(self, count=0, timeout=25):
        """Who stands still ({n, method, path, body, where}), once they are so many; raises if they never are."""
        return self.control("GET", f"/held?count={count}&timeout={timeout}", timeout=timeout + 30)

    def release(self, *held):
        """Let these go, or all that are held."""
        numbers = [one["n"] for one in held] if held else None
        return self.control("DELETE", "/held", {"numbers": numbers})

    def rules(self, rules=None, status=None, consumer_key=None, **limits):
        """What a consumer key may do; `expires_in` real seconds, `allowed_ips` it may be used from (blocks)."""
        self.control("POST", "/rules", {"rules": rules, "status": status, "consumer_key": consumer_key, **limits})

    def rate(self, per_second=None, burst=None, retry_after=True, **fields):
        """A limit for each key; `fields` are those of rate.Rate. Without any there is no limit."""
        limit = {"per_second": per_second, "burst": burst, "retry_after": retry_after, **fields}
        self.control("POST", "/rate", limit)

    def make(self, what, **fields):
        return self.control("POST", "/make", {"what": what, **fields})

    def client(self, spared=True, **options):
        """python-ovh's own client, signed in here; spared from what fails by chance, for it is the test that looks."""
        import ovh

        endpoint = self.env["OVH_ENDPOINT"]
        known = dict(ovh.client.ENDPOINTS)
        ovh.client.ENDPOINTS[endpoint] = endpoint
        keys = {
            "application_key": self.env["OVH_APPLICATION_KEY"],
            "application_secret": self.env["OVH_APPLICATION_SECRET"],
            "consumer_key": self.env["OVH_CONSUMER_KEY"],
        }
        try:
            client = ovh.Client(endpoint=endpoint, **(options or keys))
        finally:
            ovh.client.ENDPOINTS.clear()
            ovh.client.ENDPOINTS.update(known)
        if spared:
            client._session.headers["X-Simulator-Spared"] = "yes"
        return client
