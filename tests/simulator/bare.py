# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests byte by byte, for what no client library sends or each sends in its own way."""

import hashlib
import http.client
import json
import time
from urllib.parse import urlsplit


def ask(sim, method, path, headers=None, body=None):
    """(status, headers, body) of one bare request."""
    connection = http.client.HTTPConnection(urlsplit(sim.url).netloc, timeout=10)
    connection.request(method, path, body=body, headers=headers or {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, json.loads(text)


def signed(sim, method, path, body="", host=None, stamp=None):
    url = f"http://{host or urlsplit(sim.url).netloc}{path}"
    stamp = str(stamp or int(time.time()))
    secret, consumer = sim.env["OVH_APPLICATION_SECRET"], sim.env["OVH_CONSUMER_KEY"]
    text = f"{secret}+{consumer}+{method}+{url}+{body}+{stamp}"
    headers = {
        "X-Ovh-Application": sim.env["OVH_APPLICATION_KEY"],
        "X-Ovh-Consumer": consumer,
        "X-Ovh-Timestamp": stamp,
        "X-Ovh-Signature": "$1$" + hashlib.sha1(text.encode()).hexdigest(),
    }
    return {**headers, "Host": host} if host else headers
