# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nine rules of the loop, one by one."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine import reconcile
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Uncertain, Unreachable

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi, refused
from tests.unit.support.loop import run, run_script
from tests.unit.support.scripted import Scripted, call
from tests.unit.support.stage import Stage
from tests.unit.support.toy_kinds import Vlan, VlanKind


def test_rule_1_an_answer_is_judged_on_a_look_that_started_after_it_although_the_next_look_failed():
    """The refusal says that another job was faster. The look before it can't know that, and the next one got lost."""
    api = FakeApi(StepClock())

    def faster_job_then_outage(call):
        if not api.sent:
            api.make(vlan=call.body["vlan"], name=call.body["name"])
            api.failing_reads = 1
        return send(call)

    send, api.send = api.send, faster_job_then_outage
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert (outcome.error, outcome.changed, api.posts()) == (None, False, 1)


def test_rule_1_an_answer_is_judged_on_a_look_that_started_after_it_although_it_came_late(monkeypatch):
    """The slow item's refusal arrives while a look is being made, which didn't see the other job's network yet."""
    monkeypatch.setattr(reconcile, "LINGER", 0.05)
    api = FakeApi(StepClock())
    looked = threading.Event()

    def slow_for_7(call):
        if call.body["vlan"] == 7:
            looked.wait(5)
            api.make(vlan=7, name="net")
        return send(call)

    def get(*path):
        seen = read(*path)
        if api.reads == 2:
            looked.set()
            time.sleep(0.05)
        return seen

    send, api.send = api.send, slow_for_7
    read, api.get = api.get, get
    outcomes = run(VlanKind(), [Vlan(7), Vlan(8)], api)
    assert [(outcome.error, outcome.changed) for outcome in outcomes] == [(None, False), (None, True)]
    assert api.posts() == 2


def wishes_one_after_the_other(*names):
    """Wishes for the first call until it was sent, then for the second, and so on."""

    def wishes(script):
        return [call(names[len(script.sent)])] if len(script.sent) < len(names) else []

    return wishes


def test_rule_2_a_refusal_is_forgotten_when_something_else_is_wanted():
    """The second add is a wish of its own, and not the first one's failure."""
    script = Scripted(StepClock(), wishes_one_after_the_other("add", "remove", "add"), add=[refused("no"), None])
    [outcome] = run_script(script)
    assert (outcome.error, script.names()) == (None, ["add", "remove", "add"])


def test_rule_3_after_a_definite_answer_a_call_is_never_sent_again():
    api = FakeApi(StepClock(), unique=False, lag=300.0)
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert (outcome.error, api.posts(), len(api.things())) == (None, 1, 1)
    assert api.clock.now() >= 1300.0


def test_rule_4_a_refusal_is_the_failure_when_the_next_look_asks_for_the_same():
    api = FakeApi(StepClock(), quota=frozenset({7}))
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert "quota exceeded" in str(outcome.error)
    assert "create network 7" in str(outcome.error)
    assert (outcome.changed, api.posts()) == (False, 1)


def test_rule_4_a_refusal_means_nothing_when_the_next_look_finds_the_wish_fulfilled():
    api = FakeApi(StepClock())
    send = api.send

    def after_another_job(call):
        if not api.things():
            api.make(vlan=7, name="net")
        return send(call)

    api.send = after_another_job
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert (outcome.error, outcome.changed, outcome.record["id"]) == (None, False, "thing-1")


def test_rule_5_an_uncertain_call_is_sent_again_only_after_its_patience():
    lost = Uncertain("the connection broke off", "POST", "/things")
    script = Scripted(StepClock(), lambda script: [call("add", patience=20.0)] * (len(script.sent) < 3), add=[lost])
    [outcome] = run_script(script)
    first, second, third = script.times("add")
    assert outcome.error is None
    assert first == 0.0
    assert 20.0 <= second < 31.0
    assert 40.0 <= third < 62.0


def test_rule_5_patience_longer_than_the_read_lag_makes_no_duplicate_where_names_are_not_unique():
    api = FakeApi(StepClock(), unique=False, lag=15.0, answer_lost=1.0)
    [outcome] = run(VlanKind(patience=20.0), [Vlan(7)], api)
    assert (outcome.error, len(api.things())) == (None, 1)


def test_rule_6_one_look_a_batch_of_answers():
    api = FakeApi(StepClock())
    outcomes = run(VlanKind(), [Vlan(number) for number in range(1, 101)], api)
    assert all(outcome.changed for outcome in outcomes)
    assert (api.posts(), api.reads) == (100, 2)


def test_rule_7_changed_counts_definite_answers_so_that_racing_jobs_sum_to_one():
    for seed in range(20):
        stage = Stage(seed)
        api = FakeApi(stage, turn=stage.turn)
        specs = [Vlan(number) for number in (1, 2, 3)]
        jobs = stage.play([lambda api=api, specs=specs: run(VlanKind(), specs, api, threads=0)] * 3)
        for item in zip(*jobs, strict=True):
            assert [outcome.error for outcome in item] == [None] * 3, f"seed {seed}"
            assert sum(outcome.changed for outcome in item) == 1, f"seed {seed}"


def test_rule_8_planning_every_unfinished_item_each_round_is_cheap():
    """Two hundred items that are built for ten minutes: every look plans all of them."""
    api = FakeApi(StepClock(), building=600.0)
    begin = time.process_time()
    run(VlanKind(), [Vlan(number) for number in range(1, 201)], api, seconds=1000.0)
    rounds = api.reads
    assert rounds > 20
    assert (time.process_time() - begin) / rounds / 200 < 0.001


def test_rule_9_only_the_callers_thread_touches_items_and_workers_only_send():
    kind_threads, send_threads = set(), set()

    class Watched(VlanKind):
        def observe(self, *args):
            kind_threads.add(threading.get_ident())
            return super().observe(*args)

        def plan(self, *args):
            kind_threads.add(threading.get_ident())
            return super().plan(*args)

        def calls(self, *args):
            kind_threads.add(threading.get_ident())
            return super().calls(*args)

        def readiness(self, *args):
            kind_threads.add(threading.get_ident())
            return super().readiness(*args)

    api = FakeApi(StepClock())
    send = api.send

    def watched_send(call):
        send_threads.add(threading.get_ident())
        return send(call)

    api.send = watched_send
    run(Watched(), [Vlan(number) for number in range(1, 21)], api)
    assert kind_threads == {threading.get_ident()}
    assert threading.get_ident() not in send_threads


def test_a_failed_first_look_is_the_tasks_failure():
    api = FakeApi(StepClock(), failing_reads=1)
    with pytest.raises(Unreachable):
        run(VlanKind(), [Vlan(7)], api)
    assert api.sent == []


def test_rule_2_what_was_sent_once_is_sent_again_when_it_is_wanted_again():
    """Add, remove, add: a memory of everything that was ever sent would wait for the first add's effect for ever."""
    script = Scripted(StepClock(), wishes_one_after_the_other("add", "remove", "add"))
    [outcome] = run_script(script)
    assert (outcome.error, script.names()) == (None, ["add", "remove", "add"])
