# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists and mappings that come as text, as surveys and extra variables give them."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, List, Mapping, Sequence

from .fields import cleaned, is_left_out, kind_of

YAML_ALONE = re.compile(r"^\s*(?:[\[{!&*|>]|-\s|-$)|:(?:\s|$)", re.MULTILINE)
"""What is in a text that PyYAML has to read, unlike names with commas between them."""

yaml: Any = None
with suppress(ImportError):
    import yaml


class NotReadable(ValueError):
    """Not what is wanted, and why."""


def parsed_text(text: str) -> Any:
    """What YAML text says; JSON, which is YAML as well, where PyYAML is not installed."""
    try:
        return json.loads(str(text)) if yaml is None else yaml.safe_load(str(text))
    except ValueError as problem:
        raise NotReadable(str(problem)) from problem
    except Exception as problem:
        if yaml is None or not isinstance(problem, yaml.YAMLError):
            raise
        raise NotReadable(str(problem)) from problem


def list_of(value: Any) -> List[Any]:
    """The list that is meant by a list, a mapping, text of one, names with commas between them, or nothing."""
    if is_left_out(value):
        return []
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, Mapping):
        return [cleaned(value)]
    if isinstance(value, Sequence):
        return list(cleaned(list(value)))
    raise NotReadable(
        f"a list is wanted (or YAML text, or names with commas between them), not {kind_of(value)} ({value!r})"
    )


def _from_text(text: str) -> List[Any]:
    try:
        parsed = parsed_text(text)
    except NotReadable as problem:
        if yaml is not None or YAML_ALONE.search(text):
            raise NotReadable(f"a list is wanted, and this text is none: {problem}") from problem
        parsed = None
    if isinstance(parsed, (list, dict)):
        return list_of(parsed)
    return [part.strip() for part in text.split(",") if part.strip()]
