# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time and token are renewed by one thread for all, and no other thread sees them half done."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Refused

from tests.unit.support.simulated import by_key, by_oauth2, call, client_of

TOKEN = "/auth/oauth2/token"
AT_ONCE = 8


def asked(sim, path):
    return sum(entry["path"] == path for entry in sim.journal())


def all_at_once(work):
    """The results of as many threads as there are, which begin together."""
    together = threading.Barrier(AT_ONCE)

    def one(number):
        together.wait(10)
        return work(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def test_threads_that_find_the_token_ended_fetch_one_together(sim):
    with client_of(by_oauth2(sim.env)) as client:
        client.warm_up()
        sim.clock(auth_offset=4000.0)
        answers = all_at_once(lambda number: client.read("/me")[0]["ovhSubsidiary"])
    assert answers == ["FR"] * AT_ONCE
    assert asked(sim, TOKEN) == 2


def test_threads_that_find_the_token_run_out_fetch_one_together(sim, monkeypatch):
    with client_of(by_oauth2(sim.env)) as client:
        client.warm_up()
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + 4000.0)
        sim.clock(auth_offset=4000.0)
        answers = all_at_once(lambda number: client.read("/me")[0]["ovhSubsidiary"])
    assert answers == ["FR"] * AT_ONCE
    assert asked(sim, TOKEN) == 2


def test_threads_that_find_the_clock_wrong_read_the_time_once_together(sim):
    with client_of(by_key(sim.env)) as client:
        client.warm_up()
        sim.clock(auth_offset=4000.0)
        answers = all_at_once(lambda number: client.read("/me")[0]["ovhSubsidiary"])
    assert answers == ["FR"] * AT_ONCE
    assert asked(sim, "/auth/time") == 1


def test_a_clock_that_is_right_is_asked_about_once(sim):
    """Whatever a refusal says, it may have been for the time, as long as nothing was accepted."""
    with client_of(by_key({**sim.env, "OVH_APPLICATION_SECRET": "another"})) as client:
        for _time in range(2):
            with pytest.raises(Refused, match="signature"):
                client.read("/me")
    assert (asked(sim, "/auth/time"), asked(sim, "/me")) == (1, 2)


@pytest.mark.parametrize("refusal", [(400, "Client::BadRequest"), (401, "LATE"), (403, "Client::Forbidden")])
def test_a_wrong_clock_is_found_however_it_is_refused(sim, refusal):
    status, error_class = refusal
    body = {"class": error_class, "message": "Query is not of today"}
    sim.clock(auth_offset=4000.0)
    sim.fault("status", "GET", "/me", times=1, status=status, body=body)
    with client_of(by_key(sim.env)) as client:
        assert client.read("/me")[0]["ovhSubsidiary"] == "FR"
    assert asked(sim, "/auth/time") == 1


@pytest.mark.parametrize("kind", [by_key, by_oauth2])
def test_what_signs_requests_is_never_missing_while_it_is_renewed(sim, kind):
    """A reader that tests and then takes it must find it at both times."""
    with client_of(kind(sim.env)) as client:
        client.warm_up()
        stop = threading.Event()
        missing = []

        def watch():
            while not stop.is_set():
                opened = client._session._ovh
                if (opened._oauth2.session if opened._oauth2 else opened.time_delta) is None:
                    missing.append(True)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for number in range(1, 6):
                sim.clock(auth_offset=4000.0 * number)
                client.read("/me")
        finally:
            stop.set()
            watcher.join(10)
    assert missing == []


def test_a_renewal_that_fails_leaves_a_post_unsent(sim):
    """The answer of the route of time is lost, and not that of the POST."""
    with client_of(by_key(sim.env)) as client:
        client.warm_up()
        sim.clock(auth_offset=4000.0)
        sim.fault("drop_before", "GET", "/auth/time", times=2)
        client.send(call("POST", "order", "cart", ovhSubsidiary="FR"))
    assert len(sim.state()["carts"]) == 1
