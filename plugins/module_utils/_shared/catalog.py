# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Flavors and images of a region (GET …/flavor, …/image): read-only, and other ids in each region."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, TypeVar

from .._engine.errors import ApiError
from .._engine.model import Reader
from .._messages import error
from .answers import flag, number, optional_number, optional_text, section, text
from .entries import entries
from .lookup import find_one, near_names
from .project import Project

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Flavor:
    """A size of instance in one region. RAM in GiB, disk in GB. Plans: codes in the list of prices, empty for none."""

    id: str
    name: str
    region: str
    vcpus: int
    ram: int
    disk: int
    os_type: str
    available: bool
    hourly_plan: str
    monthly_plan: str
    license_plan: str

    @property
    def monthly(self) -> bool:
        """Whether it can be billed monthly."""
        return bool(self.monthly_plan)

    @staticmethod
    def from_api(data: Any) -> Flavor:
        plans = section(data, "planCodes", "flavor")
        return Flavor(
            id=text(data, "id", "flavor"),
            name=text(data, "name", "flavor"),
            region=text(data, "region", "flavor"),
            vcpus=number(data, "vcpus", "flavor"),
            ram=number(data, "ram", "flavor"),
            disk=number(data, "disk", "flavor"),
            os_type=text(data, "osType", "flavor"),
            available=flag(data, "available", "flavor"),
            hourly_plan=optional_text(plans, "hourly", "flavor") or "",
            monthly_plan=optional_text(plans, "monthly", "flavor") or "",
            license_plan=optional_text(plans, "license", "flavor") or "",
        )

    def record(self) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "region": self.region,
            "vcpus": self.vcpus,
            "ram": self.ram,
            "disk": self.disk,
            "os_type": self.os_type,
            "available": self.available,
            "monthly": self.monthly,
        }


@dataclass(frozen=True)
class Image:
    """A system image in one region. *min_ram* in MB and *min_disk* in GB, 0 for no limit."""

    id: str
    name: str
    region: str
    os_type: str
    user: str
    status: str
    created: str
    min_ram: int
    min_disk: int

    @staticmethod
    def from_api(data: Any) -> Image:
        return Image(
            id=text(data, "id", "image"),
            name=text(data, "name", "image"),
            region=text(data, "region", "image"),
            os_type=text(data, "type", "image"),
            user=optional_text(data, "user", "image") or "",
            status=text(data, "status", "image"),
            created=optional_text(data, "creationDate", "image") or "",
            min_ram=optional_number(data, "minRam", "image") or 0,
            min_disk=optional_number(data, "minDisk", "image") or 0,
        )

    def record(self) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "region": self.region,
            "os_type": self.os_type,
            "user": self.user,
            "status": self.status,
            "created": self.created,
            "min_ram": self.min_ram,
            "min_disk": self.min_disk,
        }


@dataclass(frozen=True)
class Catalog:
    """What a region offers."""

    flavors: Tuple[Flavor, ...]
    images: Tuple[Image, ...]


def _readable(parse: Callable[[Any], Thing], answer: Any, what: str) -> List[Thing]:
    """What is offered. An entry that lacks what it takes to be chosen is not, and hides none of the others."""
    return list(entries(answer, what, what.rstrip("s"), lambda data: [parse(data)]))


def list_flavors(read: Reader, project: Project, region: Optional[str] = None) -> List[Flavor]:
    query = {"region": region} if region else None
    return _readable(Flavor.from_api, read.get("cloud", "project", project.id, "flavor", query=query), "flavors")


def list_images(read: Reader, project: Project, region: Optional[str] = None) -> List[Image]:
    """OVHcloud's images."""
    query = {"region": region} if region else None
    return _readable(Image.from_api, read.get("cloud", "project", project.id, "image", query=query), "images")


def list_snapshots(read: Reader, project: Project, region: Optional[str] = None) -> List[Image]:
    """The project's own images."""
    query = {"region": region} if region else None
    found = read.get("cloud", "project", project.id, "snapshot", query=query, missing=[])
    return _readable(Image.from_api, found, "snapshots")


def image_names(read: Reader, project: Project, ids: Sequence[str]) -> Dict[str, str]:
    """The names of images by their ids; snapshots are read only where one of *ids* is none of OVHcloud's images."""
    names = {image.id: image.name for image in list_images(read, project)}
    if not set(names).issuperset(ids):
        names.update((image.id, image.name) for image in list_snapshots(read, project))
    return names


def fetch_catalogs(read: Reader, project: Project, regions: Sequence[str]) -> None:
    """Have what several regions offer read at once. What is refused is told where it is wanted."""
    path = ("cloud", "project", project.id)
    queries = [{"region": region} for region in regions]
    with suppress(ApiError):
        paths = [path + ("image",)] * len(queries) + [path + ("flavor",)] * len(queries)
        read.get_many(paths, missing=None, queries=queries * 2)


def read_catalog(read: Reader, project: Project, region: str, wanted: Sequence[str]) -> Catalog:
    """What the region offers; snapshots only where one of the images *wanted* is none of OVHcloud's."""
    images = list_images(read, project, region)
    if not {name for one in images for name in (one.id, one.name)}.issuperset(wanted):
        images += list_snapshots(read, project, region)
    return Catalog(tuple(list_flavors(read, project, region)), tuple(images))


def find_flavor(ref: str, flavors: Sequence[Flavor], region: str) -> Flavor:
    """By id or name, among those that are available; unavailable is said so."""
    here = [flavor for flavor in flavors if flavor.region == region]
    usable = [flavor for flavor in here if flavor.available]
    meant = [flavor for flavor in here if ref in (flavor.id, flavor.name)]
    if meant and not any(flavor.available for flavor in meant):
        near = near_names(ref, [flavor.name for flavor in usable]).strip(" ()")
        raise error("flavor_unavailable", flavor=ref, region=region, near=near)
    return find_one("flavor", ref, usable, lambda one: [one.id], lambda one: one.name, where=region)


def find_image(ref: str, images: Sequence[Image], region: str) -> Image:
    """By id or name; of several of one name the newest that is active."""
    here = [image for image in images if image.region == region]
    named = [image for image in here if image.name == ref and image.status == "active"]
    if named and len({image.os_type for image in named}) == 1:
        return max(named, key=lambda image: (image.created, image.id))
    return find_one("image", ref, here, lambda one: [one.id], lambda one: one.name, where=region)


def check_fit(flavor: Flavor, image: Image) -> None:
    """Refuse what the API would refuse after the fact."""
    why = ""
    if image.min_disk > flavor.disk:
        why = f"it needs {image.min_disk} GB of disk, the flavor has {flavor.disk}"
    elif image.min_ram > flavor.ram * 1024:
        why = f"it needs {image.min_ram} MB of memory, the flavor has {flavor.ram * 1024}"
    elif "windows" in (image.os_type, flavor.os_type) and image.os_type != flavor.os_type:
        why = f"it is for {image.os_type}, the flavor for {flavor.os_type}"
    if why:
        raise error("image_does_not_fit", image=image.name, flavor=flavor.name, why=why)
