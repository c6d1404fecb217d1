# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps what Python compiles, of archives and of collections too, which it would compile anew in every process.

The tests start some thousand of them, and what Ansible sends for a task is an archive that nobody saw before.
"""

import _imp
import builtins
import contextlib
import marshal
import os
import sys
from typing import Any

FOLDER = os.path.join(os.path.abspath(os.path.join(__file__, *[os.pardir] * 4)), "build", "compiled")
SMALL = 1000
"""What has fewer characters is compiled as quickly as it would be read."""
_compile = builtins.compile


def install() -> None:
    builtins.compile = _kept  # type: ignore[assignment]


def _kept(
    source: Any, filename: Any, mode: str, flags: int = 0, dont_inherit: bool = False, optimize: int = -1, **more: Any
) -> Any:
    """As the loaders of modules call it; every other call is left as it is."""
    is_module = mode == "exec" and dont_inherit and not flags and optimize == -1 and not more
    if not is_module or not isinstance(source, (bytes, str)) or len(source) < SMALL:
        return _compile(source, filename, mode, flags, dont_inherit, optimize, **more)
    path = os.path.join(FOLDER, _name(source, str(filename)))
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError), open(path, "rb") as kept:
        return marshal.load(kept)
    code = _compile(source, filename, mode, dont_inherit=True)
    with contextlib.suppress(OSError):
        _keep(path, marshal.dumps(code))
    return code


def _name(source: "bytes | str", filename: str) -> str:
    """The same for the same text in the same file of whatever archive."""
    place = filename.rpartition(".zip/")[2]
    text = source.encode() if isinstance(source, str) else source
    return f"{_imp.source_hash(sys.hexversion, place.encode() + text).hex()}-{len(text)}"


def _keep(path: str, content: bytes) -> None:
    """Others may read it at any time."""
    os.makedirs(FOLDER, exist_ok=True)
    unfinished = f"{path}.{os.getpid()}"
    with open(unfinished, "wb") as kept:
        kept.write(content)
    os.replace(unfinished, path)
