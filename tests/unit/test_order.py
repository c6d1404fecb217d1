# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of a vRack over the simulator: made once, whatever happens to the runs that make it."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.kind import VrackKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.order import turn_of
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.spec import VrackSpec

from tests.support.chance import STEADY
from tests.unit.support.kills import Killed, killed_at
from tests.unit.support.loop import run
from tests.unit.support.simulated import ClientApi, SimulatedClock, by_key, client_of
from tests.unit.support.stage import Stage

SPEC = VrackSpec("present", "blue", description="of the shop")
CALLS = ("cart", "assign", "item", "checkout", "pay", "name", "tidy up")


@pytest.fixture
def sim(sim):
    """One where orders are delivered soon, so that runs are short."""
    sim.settings(order_checking=1, order_delivering=3)
    return sim


@pytest.fixture(params=[True, False], ids=["kind", "unkind"])
def either(sim, request):
    """The kind world, and the unkind one, but no request fails by chance: who repeats one waits without a turn."""
    sim.settings(kind=request.param, **STEADY)
    return sim


def lagging(sim, seconds):
    """One whose lists of carts and of orders run so far behind."""
    sim.settings(kind=False, cart_visible_after=seconds, order_visible_after=seconds, **STEADY)
    return sim


@pytest.fixture
def client(sim):
    with client_of(by_key(sim.env), SimulatedClock(sim), seconds=100_000.0) as client:
        yield client


def order(client, send=None, seconds=3000.0):
    """One run, from nothing but what the API shows."""
    client.send = send or client.send
    [outcome] = run(VrackKind(), [SPEC], ClientApi(client), seconds=seconds, threads=1)
    return outcome


def by_turns(client, stage):
    """Let others be faster before each read and each call."""
    read, send = client.read, client.send

    def turn_then(request):
        def wrapped(*args):
            stage.turn()
            return request(*args)

        return wrapped

    client.read, client.send = turn_then(read), turn_then(send)
    return client


def assert_made_once(sim):
    state = sim.state()
    named = [vrack for vrack in state["vracks"].values() if vrack["name"] == "blue"]
    assert [vrack["description"] for vrack in named] == ["of the shop"]
    assert len(state["orders"]) == 1
    done = [entry["path"].rsplit("/", 1)[1] for entry in sim.writes() if entry["status"] == 200]
    assert done.count("checkout") == 1
    assert done.count("payWithRegisteredPaymentMean") == 1


def test_an_order_is_seven_calls(sim, client):
    outcome = order(client)
    assert (outcome.error, outcome.changed, outcome.record["name"]) == (None, True, "blue")
    assert_made_once(sim)
    assert len(sim.writes()) == len(CALLS)
    assert sim.state()["carts"] == {}


def test_a_second_run_reads_a_list_and_nothing_else(sim, client):
    order(client)
    sim.clear_journal()
    outcome = order(client)
    assert outcome.changed is False
    assert [(entry["method"], entry["path"]) for entry in sim.journal()] == [("GET", "/vrack")]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, len(CALLS) + 1), ids=CALLS)
def test_killed_at_any_call_and_run_again_it_is_made_once(either, client, number, after):
    with pytest.raises(Killed):
        order(client, killed_at(client.send, number, after))
    with client_of(by_key(either.env), client.clock) as survivor:
        outcome = order(survivor)
    assert outcome.error is None
    assert_made_once(either)
    left = [cart for cart in either.state()["carts"].values() if cart["assigned"]]
    named_already = (CALLS[number - 1], after) in {("name", True), ("tidy up", False)}
    assert len(left) == (1 if named_already else 0)


@pytest.mark.parametrize(("number", "after"), [(3, True), (4, False), (4, True), (5, True)])
@pytest.mark.parametrize("lag", [5, 40])
def test_killed_around_the_checkout_it_is_made_once_however_the_lists_lag(sim, client, lag, number, after):
    lagging(sim, lag)
    with pytest.raises(Killed):
        order(client, killed_at(client.send, number, after))
    with client_of(by_key(sim.env), client.clock) as survivor:
        outcome = order(survivor)
    assert outcome.error is None
    assert_made_once(sim)


def test_an_order_that_is_hidden_for_long_is_told_as_lost_and_none_made_beside_it(sim, client):
    lagging(sim, 200)
    with pytest.raises(Killed):
        order(client, killed_at(client.send, CALLS.index("checkout") + 1, after=True))
    with client_of(by_key(sim.env), client.clock) as survivor:
        assert order(survivor).error.code == "order_lost"
    assert len(sim.state()["orders"]) == 1
    sim.advance(200)
    with client_of(by_key(sim.env), client.clock) as survivor:
        assert order(survivor).error is None
    assert_made_once(sim)


@pytest.mark.parametrize("path", ["/order/cart", "*/assign", "*/vrack", "*/checkout", "*/payWith*"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_makes_no_second_order(sim, client, path, kind):
    sim.fault(kind, "POST", path)
    outcome = order(client)
    assert (outcome.error, outcome.changed) == (None, True)
    assert_made_once(sim)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("killed", [False, True], ids=["all-live", "one-killed"])
def test_three_runs_at_once_make_it_once(either, seed, killed):
    race(either, seed, killed)


@pytest.mark.parametrize("lag", [2, 40])
@pytest.mark.parametrize("killed", [False, True], ids=["all-live", "one-killed"])
def test_three_runs_at_once_make_it_once_however_the_lists_lag(sim, killed, lag):
    race(lagging(sim, lag), 3, killed)


def test_no_two_runs_take_a_cart_over_at_the_same_moment():
    carts = ["the first", "of the second run", "of the third run"]
    assert [turn_of(carts, [own]) for own in carts] == [0, 1, 2]
    assert turn_of(carts, []) == 3, "who has none comes last"
    assert turn_of(carts[:1], []) == 1, "a run that goes on with what a killed one has left"


def race(sim, seed, killed):
    stage = Stage(seed, time_passes=sim.advance)
    with ExitStack() as stack:
        clients = [stack.enter_context(client_of(by_key(sim.env), stage, seconds=100_000.0)) for _job in range(3)]
        for client in clients:
            by_turns(client, stage)
        if killed:
            clients[0].send = killed_at(clients[0].send, 1 + seed % len(CALLS), after=seed % 2 == 0)
        results = stage.play([lambda client=client: order(client) for client in clients])
    outcomes = [result for result in results if not isinstance(result, Killed)]
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    assert len(outcomes) >= 2
    assert_made_once(sim)
    tried = [one for one in sim.journal() if (one["method"], one["path"][-9:]) == ("POST", "/checkout")]
    assert len(tried) == 1, "two at the same moment might both succeed"
