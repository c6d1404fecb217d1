# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One site of our pages and of the reference of modules, roles, filters and inventory: build/site/html/index.html.

`python -m tools.site` needs no network: where the reference leads to Ansible's own documentation, the few places that
it names are listed here. A warning is an error.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from tools.collection_tree import CHECKOUT

FOLDER = CHECKOUT / "build" / "site"
SOURCE, REFERENCE = FOLDER / "source", FOLDER / "source" / "reference"
ANSIBLE = "https://docs.ansible.com/projects/ansible/devel/"
SETTINGS = "reference_appendices/config.html"
ELSEWHERE = {
    "std:label action_plugins": "plugins/action.html#action-plugins",
    "std:label ansible_configuration_settings": SETTINGS,
    "std:label common_return_values": "reference_appendices/common_return_values.html",
    "std:envvar ANSIBLE_CACHE_PLUGIN": f"{SETTINGS}#envvar-ANSIBLE_CACHE_PLUGIN",
    "std:envvar ANSIBLE_CACHE_PLUGIN_CONNECTION": f"{SETTINGS}#envvar-ANSIBLE_CACHE_PLUGIN_CONNECTION",
    "std:envvar ANSIBLE_CACHE_PLUGIN_PREFIX": f"{SETTINGS}#envvar-ANSIBLE_CACHE_PLUGIN_PREFIX",
    "std:envvar ANSIBLE_CACHE_PLUGIN_TIMEOUT": f"{SETTINGS}#envvar-ANSIBLE_CACHE_PLUGIN_TIMEOUT",
}
"""Places in Ansible's documentation that the reference leads to."""
LINK = re.compile(r"\[([^\]]*)\]\((?!https?://)([^)#]+)(#[^)]+)?\)")

GENERATOR = """\
breadcrumbs = true
indexes = true
use_html_blobs = false
add_antsibull_docs_version = false
collection_url = {
  * = "https://galaxy.ansible.com/ui/repo/published/{namespace}/{name}/"
}
collection_install = {
  ovhcloud.vrack = "ansible-galaxy collection install ."
  * = "ansible-galaxy collection install {namespace}.{name}"
}
"""

CONFIGURATION = f"""\
project = 'ovhcloud.vrack'
copyright = 'contributors to the ovhcloud.vrack project'
html_title = 'ovhcloud.vrack'
html_short_title = 'ovhcloud.vrack'
extensions = ['myst_parser', 'sphinx.ext.intersphinx', 'sphinx_antsibull_ext']
myst_heading_anchors = 4
pygments_style = 'ansible'
highlight_language = 'YAML+Jinja'
html_theme = 'sphinx_ansible_theme'
html_theme_options = {{'topbar_links': {{}}}}
html_show_sphinx = False
html_use_smartypants = False
html_copy_source = False
html_use_index = False
intersphinx_mapping = {{'ansible_devel': ('{ANSIBLE}', '../ansible_devel.inv')}}
default_role = 'any'
nitpicky = True
"""

READ_ON = re.compile(r"^\| ([\w ]+) \| (\[.*\]\(.*\)) \|$", re.MULTILINE)
"""A line of the README's table of pages: what they are for, and links to them."""

INDEX = """\
ovhcloud.vrack
==============

.. toctree::
   :caption: First
   :maxdepth: 1

   What it is <README>

{groups}
.. toctree::
   :caption: Reference
   :maxdepth: 1

   The roles <roles>
   Modules, roles, filters, inventory <reference/index>
"""
GROUP = """\
.. toctree::
   :caption: {name}
   :maxdepth: 1

{pages}

"""


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    # antsibull-docs wants folders that only their owner can write to.
    REFERENCE.mkdir(parents=True)
    for folder in (FOLDER, SOURCE, REFERENCE):
        folder.chmod(0o755)
    (FOLDER / "conf.py").write_text(CONFIGURATION, encoding="utf-8")
    (FOLDER / "antsibull-docs.cfg").write_text(GENERATOR, encoding="utf-8")
    (FOLDER / "ansible_devel.inv").write_bytes(inventory(ELSEWHERE))
    generate = ["antsibull-docs", "--config-file", str(FOLDER / "antsibull-docs.cfg"), "collection"]
    options = ["--cleanup", "everything", "--fail-on-error", "--use-current", "--squash-hierarchy"]
    subprocess.run([*generate, *options, "--dest-dir", str(REFERENCE), "ovhcloud.vrack"], check=True)
    write_pages()
    build = [
        "sphinx-build",
        "-M",
        "html",
        str(SOURCE),
        str(FOLDER),
        "-c",
        str(FOLDER),
        "-W",
        "--keep-going",
        "-n",
        "-q",
    ]
    subprocess.run(build, check=True)
    print(f"written: {(FOLDER / 'html' / 'index.html').relative_to(CHECKOUT)}")
    return 0


def inventory(places: dict[str, str]) -> bytes:
    """What Sphinx asks another site for, to find out where a name leads."""
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n"
    head += "# The remainder of this file is compressed using zlib.\n"
    named = [(*kind_and_name.split(), place) for kind_and_name, place in places.items()]
    lines = "".join(f"{name} {kind} -1 {place} {name}\n" for kind, name, place in named)
    return head.encode() + zlib.compress(lines.encode())


def write_pages() -> None:
    """Our pages where their links are right: as they lie in the checkout, with the files that they lead to."""
    pages = [CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md"), *(CHECKOUT / "roles").glob("*/README.md")]
    for page in pages:
        write(page.relative_to(CHECKOUT), with_links(page))
    for name in ("CHANGELOG.rst", "LICENSE"):
        shutil.copy(CHECKOUT / name, SOURCE / name)
    if (CHECKOUT / "docs" / "images").exists():
        shutil.copytree(CHECKOUT / "docs" / "images", SOURCE / "docs" / "images")
    write(Path("index.rst"), INDEX.format(groups="".join(groups((CHECKOUT / "README.md").read_text(encoding="utf-8")))))
    roles = sorted(page.parent.name for page in pages if page.parent.parent.name == "roles")
    listed = "\n".join(f"   roles/{name}/README" for name in roles)
    write(Path("roles.rst"), f"Roles\n=====\n\n.. toctree::\n   :maxdepth: 1\n\n{listed}\n")


def groups(readme: str) -> Iterator[str]:
    """The pages in the groups and in the order that the README has them."""
    for name, links in READ_ON.findall(readme.partition("## Read on")[2].partition("\n## ")[0]):
        pages = [Path(target).with_suffix("") for _text, target, _place in LINK.findall(links)]
        titles = {Path("CHANGELOG"): "Changelog <CHANGELOG>"}
        yield GROUP.format(name=name.capitalize(), pages="\n".join(f"   {titles.get(one, one)}" for one in pages))


def with_links(page: Path) -> str:
    """The page's text, in which a role's options lead to the reference, and other files go along or are only named."""

    def link(found: re.Match[str]) -> str:
        text, target, place = found[1], found[2], found[3] or ""
        if target == "meta/argument_specs.yml":
            return f"[{text}](../../reference/{page.parent.name}_role.rst)"
        there = (page.parent / target).resolve()
        if there.is_dir():
            return text
        if there.is_file() and there.suffix not in (".md", ".rst", ".png", ".svg"):
            write(there.relative_to(CHECKOUT), there.read_text(encoding="utf-8"))
        return f"[{text}]({target}{place})"

    return LINK.sub(link, page.read_text(encoding="utf-8"))


def write(name: Path, text: str) -> None:
    path = SOURCE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
