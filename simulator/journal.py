# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked of the simulator, for tests to assert on."""

from __future__ import annotations

SECRET_FIELDS = {"password", "token", "secret", "client_secret", "consumerKey", "passphrase", "adminPass"}


class Journal:
    def __init__(self):
        self._entries = []
        self.last = 0

    def begin(self, method, path, moment):
        self.last += 1
        entry = {"n": self.last, "method": method, "path": path, "route": None, "body": None, "status": None}
        entry["time"] = moment
        self._entries.append(entry)
        return entry

    def since(self, n=0):
        """The entries after that of this number: they are numbered without a gap."""
        return self._entries[max(0, n - self.last + len(self._entries)) :]

    def clear(self):
        self._entries = []


def without_secrets(body):
    if isinstance(body, dict):
        return {name: "***" if name in SECRET_FIELDS else without_secrets(value) for name, value in body.items()}
    if isinstance(body, list):
        return [without_secrets(value) for value in body]
    return body
