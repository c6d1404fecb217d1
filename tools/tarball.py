# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as one file, the same byte for byte from the same commit, with nothing in it that isn't meant.

`python -m tools.tarball FOLDER` builds it of what is committed. `ansible-galaxy collection build` notes the time at
which each file was written, who owns it, and in which order the disk lists it; here files come by name and belong to
root, and their time is SOURCE_DATE_EPOCH: that of the environment, or the commit's.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tools.collection_tree import CHECKOUT

MAY_BE_IN_IT = re.compile(
    r"""
      MANIFEST\.json | FILES\.json | LICENSE | LICENSES/GPL-3\.0-or-later\.txt | REUSE\.toml
    | README\.md | CHANGELOG\.rst | requirements\.txt | bindep\.txt
    | execution-environment\.yml
    | meta/(runtime|execution-environment)\.yml
    | changelogs/(config|changelog)\.yaml
    | tests/config\.yml
    | docs/[\w-]+\.md | docs/images/[\w-]+\.(png|svg)
    | awx/(\w+/)*\w+\.yml
    | playbooks/(\w+/)*[\w.]+\.yml
    | plugins/plugin_utils/_report/templates/\w+\.(\w+\.j2|css|js)
    | plugins/(action|doc_fragments|filter|inventory|module_utils|modules|plugin_utils)/(\w+/)*\w+\.py
    | roles/\w+/(README\.md|(defaults|meta|tasks|vars)/\w+\.yml)
    """,
    re.VERBOSE,
)
"""All files, and no other, of those that git knows."""


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else CHECKOUT / "build"
    folder.mkdir(parents=True, exist_ok=True)
    print(build(CHECKOUT, folder))
    return 0


def build(checkout: Path, folder: Path, epoch: int | None = None) -> Path:
    """The tarball of the last commit, in *folder*; with what is wrong with its list of files it isn't made."""
    epoch = source_date_epoch(checkout) if epoch is None else epoch
    with tempfile.TemporaryDirectory(prefix="ovhcloud-vrack-build-") as temporary:
        tree, built = Path(temporary) / "tree", Path(temporary) / "built"
        take_out(checkout, tree)
        galaxy(tree, "build", "--output-path", str(built))
        [plain] = built.glob("*.tar.gz")
        wrong = not_as_meant(plain, checkout)
        if wrong:
            raise ValueError(f"the tarball's list of files is not as meant (tools/tarball.py): {', '.join(wrong)}")
        target = folder / plain.name
        target.write_bytes(normalised(plain, epoch))
    return target


def source_date_epoch(checkout: Path) -> int:
    said = os.environ.get("SOURCE_DATE_EPOCH")
    return int(said or git(checkout, "log", "-1", "--format=%ct"))


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def take_out(checkout: Path, tree: Path) -> None:
    """What is committed, and nothing else that lies around."""
    tree.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=checkout, stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(tree, filter="data")


def galaxy(folder: Path, *arguments: str) -> None:
    command = [str(Path(sys.executable).with_name("ansible-galaxy")), "collection", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")


# What is in it


def files_in(tarball: Path) -> set[str]:
    with tarfile.open(tarball) as opened:
        return {member.name for member in opened.getmembers() if not member.isdir()}


def folders_in(tarball: Path) -> set[str]:
    with tarfile.open(tarball) as opened:
        return {member.name for member in opened.getmembers() if member.isdir()}


def not_as_meant(tarball: Path, checkout: Path) -> list[str]:
    """What is in it and not meant to be, and what isn't in it and is meant to."""
    committed = git(checkout, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    meant = {name for name in committed if MAY_BE_IN_IT.fullmatch(name)} | {"MANIFEST.json", "FILES.json"}
    there = files_in(tarball)
    filled = {str(folder) for name in there for folder in Path(name).parents}
    extra = (there - meant) | (folders_in(tarball) - filled)
    return [f"{name} is in it" for name in sorted(extra)] + [f"{name} is missing" for name in sorted(meant - there)]


# The same bytes


def normalised(tarball: Path, epoch: int) -> bytes:
    with tarfile.open(tarball) as opened:
        members = {member.name: member for member in opened.getmembers()}
        contents = {name: _read(opened, member) for name, member in members.items() if not member.isdir()}
    contents["FILES.json"] = listing = _sorted_listing(contents["FILES.json"])
    contents["MANIFEST.json"] = _with_checksum(contents["MANIFEST.json"], listing)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as written:
        # ansible-galaxy reads these two first.
        for name in sorted(members, key=lambda one: (one not in ("MANIFEST.json", "FILES.json"), one)):
            entry = tarfile.TarInfo(name)
            entry.mtime = epoch
            # A link is packed as the file that it leads to: not everything that unpacks makes links.
            entry.type = tarfile.DIRTYPE if members[name].isdir() else tarfile.REGTYPE
            entry.mode = 0o755 if members[name].isdir() or _is_program(members[name]) else 0o644
            entry.uname = entry.gname = "root"
            entry.size = len(contents.get(name, b""))
            written.addfile(entry, io.BytesIO(contents.get(name, b"")))
    return gzip.compress(packed.getvalue(), compresslevel=9, mtime=epoch)


def _is_program(member: tarfile.TarInfo) -> bool:
    return member.isfile() and bool(member.mode & 0o100)


def _read(opened: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = opened.extractfile(member)
    assert content is not None
    return content.read()


def _sorted_listing(content: bytes) -> bytes:
    listing: dict[str, Any] = json.loads(content)
    listing["files"].sort(key=lambda one: one["name"])
    return json.dumps(listing, indent=True, ensure_ascii=False).encode()


def _with_checksum(content: bytes, listing: bytes) -> bytes:
    manifest: dict[str, Any] = json.loads(content)
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(listing).hexdigest()
    return json.dumps(manifest, indent=True, ensure_ascii=False).encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
