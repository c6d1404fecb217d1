# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/ says of access rules, messages and the simulator, written from the data that these use.

`make docs` writes it; with `--check` (`make docs ARGS=--check`) it only says which page is stale.
"""

from __future__ import annotations

import json
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.ovhcloud.vrack.plugins.filter.ovh_access_rules import ovh_access_rules
from ansible_collections.ovhcloud.vrack.plugins.module_utils._messages import MESSAGES, Message
from ansible_collections.ovhcloud.vrack.plugins.module_utils._rights import RIGHTS

from simulator import cloud_settings, state
from simulator.faults import AFTER_EFFECT, BEFORE_EFFECT, HELD
from tools.collection_tree import CHECKOUT
from tools.marked import filled, part

RULES_PAGE = CHECKOUT / "docs" / "access-rules.md"
TROUBLESHOOTING = CHECKOUT / "docs" / "troubleshooting.md"
CATALOGUE = CHECKOUT / "plugins" / "module_utils" / "_messages.py"
SIMULATOR = CHECKOUT / "docs" / "simulator.md"
RULES, FAULTS, SETTINGS = part("access rules"), part("faults"), part("settings")

INTRODUCTION = """\
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
# Messages, and what to do about them

Every error has the same form: what was being done, what happened (on which call, with OVHcloud's query id), and what
to do now. Its code is in the task's result, as `failure.code`, and in `results[].failure.code` for an item of a list.
Words in *italics* stand for what differs from case to case.

This page is written by `make docs`; do not edit it.
"""

FAILED_LISTS = """
## When a list fails in part

The message begins with how many of the items failed; what the others did is kept. `results` has one record an item, in
the order given, with `failed` and `msg`. Run the task again: what is there already costs no call other than GET.
"""


def pages() -> dict[Path, str]:
    """Every page that has something generated in it, as it should be."""
    return {
        RULES_PAGE: filled(RULES_PAGE.read_text(encoding="utf-8"), RULES, access_rules()),
        TROUBLESHOOTING: troubleshooting(),
        SIMULATOR: filled(filled(SIMULATOR.read_text(encoding="utf-8"), FAULTS, faults()), SETTINGS, settings()),
    }


# Access rules


def access_rules() -> str:
    """All rules as a block to copy, and a table of them with one line for modules that need the same."""
    alike: dict[tuple[str, str], list[str]] = {}
    for module in RIGHTS:
        rules = ovh_access_rules([module])["rules"]
        reads = [rule.removeprefix("GET ") for rule in rules if rule.startswith("GET ")]
        changes = [rule for rule in rules if not rule.startswith("GET ")]
        alike.setdefault((_coded(reads), _coded(changes) or "nothing"), []).append(module)
    lines = ["```text", *ovh_access_rules(list(RIGHTS))["rules"], "```", "", "Module by module:", ""]
    lines += ["| module | `GET` | else |", "| --- | --- | --- |"]
    lines += [f"| {_coded(modules)} | {reads} | {changes} |" for (reads, changes), modules in alike.items()]
    return "\n".join(lines) + "\n"


def _coded(rules: list[str]) -> str:
    return ", ".join(f"`{rule}`" for rule in rules)


# Messages


def troubleshooting() -> str:
    lines = [INTRODUCTION]
    for title, codes in sections():
        lines += [f"## {title}", "", "| code | message | what to do |", "| --- | --- | --- |"]
        lines += [row(code, MESSAGES[code]) for code in codes]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n" + FAILED_LISTS


def sections() -> Iterator[tuple[str, list[str]]]:
    """The catalogue's comments are the page's headings."""
    title, codes = "", []
    for line in CATALOGUE.read_text(encoding="utf-8").partition("\nMESSAGES:")[2].splitlines():
        if line.startswith("    # "):
            if codes:
                yield title, codes
            title, codes = line.removeprefix("    # "), []
        elif found := re.match(r'    "(\w+)": Message', line):
            codes.append(found[1])
    yield title, codes


def row(code: str, message: Message) -> str:
    return f"| `{code}` | {shown(message.about or message.text)} | {shown(message.advice)} |"


def shown(template: str) -> str:
    """A template with its gaps in italics, as a cell of a table."""
    cell = ""
    for text, gap, _format, _conversion in string.Formatter().parse(template):
        cell += re.sub(r"([<|*`])", r"\\\1", text)
        if gap:
            cell += (" " if cell.endswith("*") else "") + f"*{gap.replace('_', ' ')}*"
    return cell


# The simulator


def faults() -> str:
    before, after, held = (", ".join(f"`{kind}`" for kind in kinds) for kinds in (BEFORE_EFFECT, AFTER_EFFECT, HELD))
    lines = [f"- before it has any effect: {before}", f"- after it: {after}", f"- until it is let go: {held}"]
    return "\n".join(["A `kind` of fault hits a request", "", *lines]) + "\n"


def settings() -> str:
    """Each with the comment above it, in the order of the files that declare them."""
    lines = ["| setting | by itself | with `--kind` | what it says |", "| --- | --- | --- | --- |"]
    cruel, kind = state.Settings(), state.Settings(kind=True)
    for module in (state, cloud_settings):
        for name, comment in declared(Path(str(module.__file__)).read_text(encoding="utf-8")):
            values = [f"`{json.dumps(getattr(one, name))}`".replace("|", "\\|") for one in (cruel, kind)]
            lines.append(f"| `{name}` | {values[0]} | {values[1] if values[1] != values[0] else ''} | {comment} |")
    return "\n".join(lines) + "\n"


def declared(source: str) -> Iterator[tuple[str, str]]:
    """The fields of the class of settings in the file."""
    comment: list[str] = []
    for line in re.split(r"^class \w*Settings\b.*$", source, maxsplit=1, flags=re.MULTILINE)[1].splitlines():
        if line.startswith(("class ", "@dataclass", "def ")):
            return
        if line.startswith("    # "):
            comment.append(line.strip("# "))
        elif found := re.match(r"    (\w+): .* = ", line):
            yield found[1], " ".join(comment)
            comment = []


def stale() -> list[Path]:
    return [page for page, text in pages().items() if not page.exists() or page.read_text(encoding="utf-8") != text]


def main(arguments: list[str]) -> int:
    found = stale()
    for page in found:
        print(f"{'stale' if arguments else 'written'}: {page.relative_to(CHECKOUT)}")
        if not arguments:
            page.write_text(pages()[page], encoding="utf-8")
    return 1 if arguments and found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
