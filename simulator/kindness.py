# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that are cruel unless the world is kind, marked where they are declared."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import Field, field, fields
from typing import Any


def unkind(value: Any, kindly: Any = 0.0) -> Any:
    """A setting's default, and what it is in the kind world."""
    return field(  # pylint: disable=invalid-field-call
        default_factory=lambda: deepcopy(value), metadata={"kindly": kindly}
    )


class Kindness:
    """`kind` decides what the marked settings begin with; each can be set on its own afterwards."""

    kind: bool

    def __post_init__(self) -> None:
        if self.kind:
            self.be_kind(True)

    def be_kind(self, kind: bool) -> None:
        self.kind = kind
        for setting in fields(self):  # type: ignore[arg-type]
            if "kindly" in setting.metadata:
                setattr(self, setting.name, _kindly(setting) if kind else _at_first(setting))


def _kindly(setting: Field[Any]) -> Any:
    return deepcopy(setting.metadata["kindly"])


def _at_first(setting: Field[Any]) -> Any:
    return setting.default_factory()  # type: ignore[operator]
