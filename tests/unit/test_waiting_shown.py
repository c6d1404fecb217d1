# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How what comes out of the pipe is shown, and that a task goes on where nothing can be."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.utils.display import Display
from ansible_collections.ovhcloud.vrack.plugins.action import ovh_vrack
from ansible_collections.ovhcloud.vrack.plugins.module_utils._waiting import say_into_pipe

EVENT = "\x1b[Kan event\x1b[K"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    with ovh_vrack._listener("web") as path:
        say_into_pipe(path, "after 0 s: a is \x1b[31mBUILD")
    return capsys.readouterr().out


def test_a_line_is_shown_as_it_comes(capsys: pytest.CaptureFixture[str], temporary: Path) -> None:
    assert shown(capsys) == "waiting: [web] after 0 s: a is [31mBUILD\n"
    assert list(temporary.iterdir()) == []


def test_no_event_is_written_around_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The callback of ansible-runner 2.4.0 wraps the method so, in the process of each task as well."""

    def with_event(method: Any) -> Any:
        @wraps(method)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            sys.stdout.write(EVENT)
            return method(*arguments, **options)

        return wrapper

    monkeypatch.setattr(Display, "display", with_event(with_event(Display.display)))
    sent: list[tuple[Any, ...]] = []

    class Queue:
        def send_display(self, method: str, *arguments: Any, **_options: Any) -> None:
            sent.append((method, *arguments))

    # As in a task's process, which hands on what is to be displayed.
    monkeypatch.setattr(Display(), "_final_q", Queue())
    assert shown(capsys) == ""
    assert sent == [("display", "waiting: [web] after 0 s: a is [31mBUILD")]


@pytest.mark.parametrize("broken", [(tempfile, "mkdtemp"), (os, "mkfifo"), (os, "open"), (threading.Thread, "start")])
def test_where_no_pipe_can_be_made_the_task_goes_on(
    monkeypatch: pytest.MonkeyPatch, temporary: Path, broken: tuple[Any, str]
) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("can't start new thread") if broken[1] == "start" else OSError(28, "No space left on device")

    with ExitStack() as task, monkeypatch.context() as patch:
        patch.setattr(*broken, refuse)
        assert task.enter_context(ovh_vrack._listener("web")) == ""
    assert list(temporary.iterdir()) == []


def test_the_tasks_own_error_stays_its_own() -> None:
    with pytest.raises(OSError, match="the task's") as caught, ovh_vrack._listener("web"):
        raise OSError("the task's")
    assert caught.value.__context__ is None
