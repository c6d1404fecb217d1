# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page in a real browser: searched, filtered, read by its accessible names, reached by keys, quick when large."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.ovhcloud.vrack.plugins.filter.report import report

from tests.support.browser import PROGRAM, Browser, Page
from tests.support.pictures import REGIONS, large, planned, small

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs chromium (apt-get install chromium)")

CHIPS = """
[...document.querySelectorAll('.map .chip')].filter((one) => one.offsetParent)
  .map((one) => one.querySelector('b').innerText)
"""
FOUND = "document.getElementById('found').innerText"
LOW_CONTRAST = """
(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (color) => {
    const [r, g, b] = color.map((one) => one / 255)
      .map((one) => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const found = rgba(getComputedStyle(one).backgroundColor);
      if (found[3] > 250) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const low = new Set();
  for (const one of document.querySelectorAll('body *')) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !one.offsetParent || one.closest('svg, script, style')) continue;
    const [a, b] = [light(rgba(getComputedStyle(one).color).slice(0, 3)), light(behind(one))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) low.add(`${one.className || one.tagName}: ${ratio.toFixed(1)}`);
  }
  return [...low];
})()
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with Browser.start() as browser:
        found = browser.page()
        found.size(1360, 1000)
        yield found


def opened(page: Page, folder: Path, text: str) -> Path:
    path = folder / "vrack.html"
    path.write_text(text, encoding="utf-8")
    page.open(path)
    return path


def quiet(page: Page, path: Path) -> None:
    """Nothing was said to the console, and nothing asked for but the page itself."""
    assert page.said == []
    assert page.requests == [path.as_uri()]


def search(page: Page, text: str) -> list[str]:
    page.run(
        f"(() => {{ const q = document.getElementById('q'); q.value = {text!r}; "
        "q.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    return list(page.run(CHIPS))


def choose(page: Page, field: str, value: str) -> list[str]:
    page.run(
        f"(() => {{ const f = document.getElementById({field!r}); f.value = {value!r}; "
        "f.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    return list(page.run(CHIPS))


def test_it_is_searched_and_filtered(page: Page, tmp_path: Path) -> None:
    plan = planned()
    plan["plan"]["drift"] = []  # web-1 is as it is described
    path = opened(page, tmp_path, report(small(), planned=plan))
    assert page.run(FOUND) == "4 instances, 4 networks"
    assert search(page, "web") == ["web-1", "web-2", "web-1", "web-2"]
    assert page.run(FOUND) == "2 of 4 instances, 2 of 4 networks"
    assert search(page, "10.70.0.12") == ["db-1", "db-1"]
    assert search(page, "backup") == ["db-2", "db-2"]
    assert search(page, "no such thing") == []
    assert page.run("document.getElementById('nothing').offsetParent !== null") is True
    assert sorted(set(search(page, ""))) == ["db-1", "db-2", "web-1", "web-2"]
    assert choose(page, "f-region", "GRA11") == ["web-1", "db-1", "web-1", "db-1"]
    assert page.run(FOUND) == "2 of 4 instances, 3 of 4 networks"
    assert choose(page, "f-region", "") + choose(page, "f-line", "n-70") != []
    assert list(page.run(CHIPS)) == ["db-1"]
    choose(page, "f-line", "")
    page.run("document.getElementById('f-drift').click()")
    assert sorted(set(page.run(CHIPS))) == ["db-1", "db-2", "web-2"]
    assert page.run(FOUND) == "3 of 4 instances, 4 networks"
    quiet(page, path)


def test_a_screen_reader_and_a_keyboard_get_everywhere(page: Page, tmp_path: Path) -> None:
    path = opened(page, tmp_path, report(small(), planned=planned()))
    names = page.names()
    for wanted in [
        ("heading", "backbone"),
        ("searchbox", "Search"),
        ("combobox", "Region"),
        ("combobox", "VLAN"),
        ("checkbox", "Only what differs"),
        ("columnheader", "GRA11"),
        ("image", "192.168.42.0/24 in GRA11: 2 used · 123 free · 131 reserved"),
    ]:
        assert wanted in names, wanted
    assert any(role == "link" and "db-2" in name and "missing" in name for role, name in names)
    page.run("document.activeElement.blur()")
    page.press("/", "/")
    assert page.run("document.activeElement.id") == "q"
    met = set()
    for _step in range(40):
        page.press("Tab")
        met.add(page.run("document.activeElement.id || document.activeElement.getAttribute('href') || ''"))
    assert {"f-region", "f-line", "f-project", "f-drift", "#i0", "#i1", "#i2", "#i3"} <= met
    page.run("document.querySelector('.chip[href=\"#i0\"]').focus()")
    page.press("Enter", "\r")
    assert page.run("document.activeElement.id") == "i0"
    quiet(page, path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(page: Page, tmp_path: Path, scheme: str) -> None:
    page.scheme(scheme)
    opened(page, tmp_path, report(small(), planned=planned()))
    assert page.run("getComputedStyle(document.documentElement).colorScheme") == scheme
    assert page.run(LOW_CONTRAST) == []


def test_names_of_others_run_nothing(page: Page, tmp_path: Path) -> None:
    """And where a script got in all the same, the page's own policy would not let it run."""
    hostile = small()
    bad = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    hostile["projects"][0]["instances"][0]["name"] = hostile["vrack"]["name"] = bad
    path = opened(page, tmp_path, report(hostile))
    assert page.run("document.querySelector('h1').innerText") == bad
    assert page.run("document.title") == f"vRack {bad}"
    quiet(page, path)
    opened(page, tmp_path, report(small()).replace("<main>", f"<main>{bad}"))
    assert page.run("document.title") == "vRack backbone"
    assert any("Content Security Policy" in text for text in page.said)


def test_two_hundred_instances_are_there_at_once(page: Page, tmp_path: Path) -> None:
    path = opened(page, tmp_path, report(large()))
    assert path.stat().st_size < 2_000_000
    assert page.run(FOUND) == "200 instances, 41 networks"
    first = "performance.getEntriesByType('paint').find(one => one.name === 'first-contentful-paint')"
    painted = page.run(
        "new Promise((done) => { const look = () => { const found = " + first + "; "
        "found ? done(found.startTime) : requestAnimationFrame(look); }; look(); })"
    )
    assert painted < 1000
    assert (
        page.run(
            "(() => { const t = performance.now(); document.getElementById('q').value = 'db-'; "
            "document.getElementById('tools').dispatchEvent(new Event('input')); return performance.now() - t; })()"
        )
        < 250
    )
    quiet(page, path)


HEADS = """
(() => {
  const tools = document.getElementById('tools').getBoundingClientRect().bottom;
  return [...document.querySelectorAll('.map thead th')].map((head) => {
    const {left, top, width, height} = head.getBoundingClientRect();
    const seen = document.elementFromPoint(left + width / 2, top + height / 2);
    return [head.innerText, seen === head, Math.round(top - tools)];
  });
})()
"""


@pytest.mark.parametrize(("width", "by_itself"), [(1360, False), (1100, True), (760, True)])
def test_the_regions_stay_in_sight_while_one_scrolls(page: Page, tmp_path: Path, width: int, by_itself: bool) -> None:
    """Just below the line of tools, however high that is. A map that has no room scrolls by itself, below them."""
    page.size(width, 1000)
    opened(page, tmp_path, report(large()))
    assert page.run("getComputedStyle(document.getElementById('stage')).overflowY === 'auto'") == by_itself
    target, scrolled = ("map", "document.getElementById('stage').scrollTop = 3000") if by_itself else ("n-319", "0")
    page.run(f"document.getElementById({target!r}).scrollIntoView({{behavior: 'instant'}}), {scrolled}")
    page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    heads = page.run(HEADS)
    page.size(1360, 1000)
    if by_itself:
        assert heads[0][:2] == ["Network", True]
        assert all(below >= 0 for _text, _seen, below in heads)
    else:
        assert heads == [[text, True, 0] for text in ["Network", *sorted(REGIONS)]]


def test_scrolling_is_left_to_the_browser(page: Page, tmp_path: Path) -> None:
    """Nothing is laid out anew and no script runs while one scrolls through 200 instances."""
    opened(page, tmp_path, report(large()))
    page.do("Performance.enable")
    step = (
        "(async () => { for (let i = 0; i < 60; i++) { scrollBy({top: 60, behavior: 'instant'}); "
        "await new Promise(requestAnimationFrame); } return scrollY; })()"
    )
    before = page.metrics()
    assert page.run(step) > 2000
    after = page.metrics()
    assert after["LayoutCount"] - before["LayoutCount"] <= 2
    assert after["ScriptDuration"] - before["ScriptDuration"] < 0.1 * (after["Timestamp"] - before["Timestamp"])


@pytest.mark.parametrize(("which", "width"), [("small", 718), ("large", 1040)])
def test_it_fits_on_paper(page: Page, tmp_path: Path, which: str, width: int) -> None:
    """A4, which many regions have turned: nothing is cut off at its edge, and the tools are left out."""
    page.size(width, 1000)
    page.do("Emulation.setEmulatedMedia", media="print")
    opened(page, tmp_path, report(large()) if which == "large" else report(small(), planned=planned()))
    assert page.run("document.documentElement.scrollWidth") <= width
    assert page.run("document.getElementById('tools').offsetParent") is None
    ends = "Math.max(...[...document.querySelectorAll('main *')].map((one) => one.getBoundingClientRect().right))"
    assert page.run(ends) <= width + 1
    pages = page.printed()
    page.do("Emulation.setEmulatedMedia", media="")
    page.size(1360, 1000)
    sizes = {tuple(map(float, one.split())) for one in re.findall(rb"/MediaBox \[([^\]]*)\]", pages)}
    assert {right > top for _left, _bottom, right, top in sizes} == {which == "large"}
