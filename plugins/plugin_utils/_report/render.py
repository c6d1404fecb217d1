# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the picture to text, by the templates beside this file."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any, Dict

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .layout import laid_out
from .picture import Picture

TEMPLATES = Path(__file__).parent / "templates"
MERMAID_MOST = 120
"""More instances than that are told by their number: a page that shows Mermaid refuses what is long."""


def as_html(picture: Picture) -> str:
    """One page that needs nothing else: its style and script are in it, and nothing else is allowed to it."""
    style, script = _source("page.css"), _source("page.js")
    return _written("page.html.j2", picture, style=style, script=script, policy=_policy(style, script))


def as_svg(picture: Picture) -> str:
    return _written("picture.svg.j2", picture, style=_source("picture.css"), drawn=laid_out(picture))


def as_mermaid(picture: Picture) -> str:
    return _written("graph.mmd.j2", picture, whole=len(picture.machines) <= MERMAID_MOST)


FORMATS = {"html": as_html, "svg": as_svg, "mermaid": as_mermaid}


def _written(template: str, picture: Picture, **more: Any) -> str:
    """Every value is escaped, for HTML and SVG by the environment, for Mermaid by its own filter."""
    environment = Environment(
        loader=FileSystemLoader(str(TEMPLATES)),
        autoescape=not template.endswith(".mmd.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["label"] = mermaid_label
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment.get_template(template).render(picture=picture, **more)


def mermaid_label(text: Any) -> str:
    """Letters, digits and what can't mean anything; all else by its number."""
    return re.sub(r"[^\w .:/,·-]", lambda found: f"#{ord(found[0])};", str(text))


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Of the page's Content-Security-Policy: its own style and script by their hashes, and nothing else at all."""
    hashes: Dict[str, str] = {
        kind: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for kind, text in (("style", style), ("script", script))
    }
    return (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )
