# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of all pages: built without a warning, nothing left out, found by its search, nothing from outside."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import PROGRAM, Browser
from tools.collection_tree import CHECKOUT
from tools.site import FOLDER, inventory

HTML = FOLDER / "html"
UNTIL = """
new Promise((done) => {{ const look = () => {condition} ? done() : setTimeout(look, 50); look(); }})
"""
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


@cache
def pages() -> dict[str, str]:
    """What `make site` builds: each page by its name."""
    built = subprocess.run(["make", "site"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return {
        str(path.relative_to(HTML).with_suffix("")): path.read_text(encoding="utf-8") for path in HTML.rglob("*.html")
    }


def plugins() -> list[str]:
    kinds = {"modules": "module", "filter": "filter", "inventory": "inventory"}
    found = [
        f"{path.stem}_{kind}" for folder, kind in kinds.items() for path in (CHECKOUT / "plugins" / folder).glob("*.py")
    ]
    return sorted([*found, *(f"{path.name}_role" for path in (CHECKOUT / "roles").iterdir())])


def test_every_page_and_every_plugin_is_in_it() -> None:
    ours = [*(CHECKOUT / "docs").glob("*.md"), *(CHECKOUT / "roles").glob("*/README.md"), CHECKOUT / "README.md"]
    wanted = {str(path.relative_to(CHECKOUT).with_suffix("")) for path in ours}
    wanted |= {f"reference/{name}" for name in plugins()}
    assert sorted(wanted - set(pages())) == []


def test_links_between_pages_hold() -> None:
    """A role's page leads to its options, the README to a heading of another page, a page to a file that goes along."""
    assert 'href="../../reference/vrack_role.html"' in pages()["roles/vrack/README"]
    assert 'href="docs/guest.html#from-nothing-to-machines-that-talk"' in pages()["README"]
    [example] = set(re.findall(r'href="\.\./(_downloads/[^"]*topology\.example\.yml)"', pages()["docs/compatibility"]))
    assert (HTML / example).is_file()


def test_nothing_is_loaded_from_elsewhere() -> None:
    loaded = r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=\"((?:https?:)?//[^\"]*)\""
    assert {name: found for name, text in pages().items() if (found := re.findall(loaded, text))} == {}


@cache
def index() -> dict[str, Any]:
    assert pages()
    text = (HTML / "searchindex.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.partition("Search.setIndex(")[2].rpartition(")")[0])
    return found


@pytest.mark.parametrize(
    ("word", "page"),
    [
        ("vlan", "docs/description"),
        ("subsidiari", "reference/ovh_vrack_module"),
        ("bastion", "docs/guest"),
        ("createtoken", "docs/access-rules"),
        ("given", "reference/given_filter"),
    ],
)
def test_the_search_finds(word: str, page: str) -> None:
    """By the stems of words, in our pages and in the reference."""
    where: list[int] = []
    for part in ("terms", "titleterms"):
        found = index()[part].get(word, [])
        where += found if isinstance(found, list) else [found]
    assert page in {index()["docnames"][number] for number in where}


def test_the_search_is_offered() -> None:
    assert 'action="search.html"' in pages()["index"]
    assert "searchtools.js" in pages()["search"]


@pytest.mark.skipif(PROGRAM is None, reason="needs chromium (apt-get install chromium)")
def test_the_search_answers_in_a_browser() -> None:
    """Typed where it is offered, on a page that was opened from the disk."""
    assert pages()
    with Browser.start() as browser:
        page = browser.page()
        page.open(HTML / "index.html")
        page.run("document.querySelector('input[name=q]').focus()")
        page.type("bastion")
        with page.left():
            page.press("Enter", "\r")
        page.run(UNTIL.format(condition="document.body.innerText.includes('Search finished')"))
        found = page.run("[...document.querySelectorAll('ul.search li a')].map((one) => one.innerText)")
        assert "The machines themselves" in found
        assert "In ten minutes" in found
        assert "Releases" not in found


def test_pages_are_grouped_as_the_readme_does() -> None:
    shown = re.sub(r"<[^>]+>", "\n", pages()["index"])
    order = [shown.index(f"\n{name}\n") for name in ("Using it", "In ten minutes", "Deciding on it", "Reference")]
    assert order == sorted(order)


def test_places_elsewhere_are_read_as_another_site_s(tmp_path: Path) -> None:
    from sphinx.util.inventory import InventoryFile

    read = InventoryFile.loads(inventory({"std:label there": "page.html#there"}), uri="https://example.org")
    assert read.data["std:label"]["there"].uri == "https://example.org/page.html#there"
