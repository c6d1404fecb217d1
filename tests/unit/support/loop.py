# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the loop."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.clock import Deadline
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Outcome
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.reconcile import Work, reconcile


class Inline(Executor):
    """No threads: a call is performed when it is submitted, so that runs can be repeated exactly."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def run(
    kind: Any, specs: Sequence[Any], api: Any, seconds: float = 600.0, threads: int = 4, **options: Any
) -> list[Outcome]:
    """Reconcile over this API, with its clock. *threads* 0: all in this thread."""
    workers = ThreadPoolExecutor(threads) if threads else Inline()
    with workers:
        work = Work(
            read=api.reader,
            send=api.send,
            workers=workers,
            clock=api.clock,
            deadline=Deadline(api.clock, seconds),
            **options,
        )
        return reconcile(kind, specs, work)


def run_script(script: Any, specs: Sequence[Any] = ("one",), **options: Any) -> list[Outcome]:
    """The same for a script, which is kind and API in one."""
    return run(script, specs, script, **options)
