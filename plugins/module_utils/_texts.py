# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that Ansible itself makes nothing good of: what is no text where one is wanted, and numbers without an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Iterator, List

TEXTS = ("str", "path")
NO_TEXT = (bool, float, Mapping, list, tuple)


def no_texts(given: Mapping[str, Any], options: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """The options, as "ssh_keys[0].name", whose value is no text although their type is.

    A whole number is its digits. Of another, such as 1.10, nobody knows which were written.
    """
    for name, option in options.items():
        value = given.get(name)
        if option.get("type", "str") in TEXTS and isinstance(value, NO_TEXT):
            yield place + name
        elif isinstance(value, (list, tuple)):
            for index, entry in enumerate(value):
                here = f"{place}{name}[{index}]"
                if option.get("elements") in TEXTS and isinstance(entry, NO_TEXT):
                    yield here
                elif isinstance(entry, Mapping) and option.get("options"):
                    yield from no_texts(entry, option["options"], f"{here}.")


def finite(value: Any, endless: List[str], place: str = "") -> Any:
    """The value with null for each number that is none, such as YAML's .inf, whose places are added to *endless*."""
    if isinstance(value, float) and value - value != 0:
        endless.append(place)
        return None
    if isinstance(value, Mapping):
        return {key: finite(entry, endless, f"{place}.{key}" if place else str(key)) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(entry, endless, f"{place}[{index}]") for index, entry in enumerate(value)]
    return value
