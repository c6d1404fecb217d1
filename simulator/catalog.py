# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OVHcloud offers to every customer: regions, flavors, images and the public network.

Everything here is constant. Ids that no public source gives are derived from names, so they never change between runs.
"""

from __future__ import annotations

import functools
import uuid
from dataclasses import dataclass
from typing import Any

PUBLIC_NETWORK_ID = "9f31c27ad04e6b58f2a17c3e5d904b66e81f0a2c7d35b94e60f8c1a23d75"
PUBLIC_NETWORK_NAME = "Ext-Net"

SERVICES = (
    "image",
    "instance",
    "network",
    "octavialoadbalancer",
    "storage-s3-high-perf",
    "storage-s3-standard",
    "volume",
)
LOCAL_ZONE_SERVICES = ("image", "instance", "network", "volume")

_PUBLISHED_EXT_NET = {
    "GRA9": "b2c02fdc-ffdf-40f6-9722-533bd7058c06",
    "GRA11": "bcf59eb2-9d83-41cc-b4f5-0435ed594833",
    "SBG5": "581fad02-158d-4dc6-81f0-c1ec2794bbec",
    "UK1": "6011fbc9-4cbf-46a4-8452-6890a340b60b",
    "DE1": "ed0ab0c6-93ee-44f8-870b-d103065b1b34",
    "WAW1": "6c928965-47ea-463f-acc8-6d4a152e9745",
}
_PUBLISHED_FLAVORS = {
    ("GRA11", "b2-7"): "906e8259-0340-4856-95b5-4ea2d26fe377",
    ("GRA11", "d2-8"): "9350d9c9-5709-4839-86ad-291d9711f30e",
    ("GRA11", "b3-8"): "1d2c3b4a-5f6e-4d7c-8b9a-0e1f2d3c4b5a",
}
_PUBLISHED_IMAGES = {
    ("GRA11", "Debian 12"): "c5c89a50-a112-4b84-a5d5-f0f14bcc29fc",
    ("GRA11", "Ubuntu 24.04"): "3a7c9e1b-5d2f-4b68-9c04-8e6a2d4f0b17",
}


def stable_uuid(*parts: object) -> str:
    """Return the same UUID for the same parts, for ever."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "ovhcloud-simulator/" + "/".join(map(str, parts))))


@dataclass(frozen=True)
class Region:
    name: str
    country: str
    continent: str
    datacenter: str
    type: str = "region"
    zones: tuple[str, ...] = ()
    status: str = "UP"
    down_services: tuple[str, ...] = ()

    @property
    def is_local_zone(self) -> bool:
        return self.type == "localzone"

    def service_is_up(self, name: str) -> bool:
        offered = LOCAL_ZONE_SERVICES if self.is_local_zone else SERVICES
        return name in offered and name not in self.down_services

    def as_json(self) -> dict[str, Any]:
        offered = LOCAL_ZONE_SERVICES if self.is_local_zone else SERVICES
        return {
            "name": self.name,
            "type": self.type,
            "status": self.status,
            "services": [
                {"name": name, "status": "DOWN" if name in self.down_services else "UP", "endpoint": ""}
                for name in offered
            ],
            "availabilityZones": list(self.zones),
            "countryCode": self.country,
            "continentCode": self.continent,
            "datacenterLocation": self.datacenter,
            "ipCountries": [],
        }


REGIONS = {
    region.name: region
    for region in (
        Region("AP-SOUTH-MUM", "in", "ASIA", "MUM", zones=("ap-south-mum-a",)),
        Region("BHS5", "ca", "NA", "BHS"),
        Region("DE1", "de", "EU", "DE"),
        Region("EU-SOUTH-LZ-MAD-A", "es", "EU", "MAD", type="localzone"),
        Region("EU-WEST-LZ-BRU-A", "be", "EU", "BRU", type="localzone"),
        Region("EU-WEST-PAR", "fr", "EU", "PAR", "region-3-az", ("eu-west-par-a", "eu-west-par-b", "eu-west-par-c")),
        Region("GRA11", "fr", "EU", "GRA"),
        Region("GRA9", "fr", "EU", "GRA"),
        Region("RBX-A", "fr", "EU", "RBX", status="MAINTENANCE"),
        Region("SBG5", "fr", "EU", "SBG"),
        Region("SBG7", "fr", "EU", "SBG", down_services=("instance",)),
        Region("SGP1", "sg", "ASIA", "SGP"),
        Region("UK1", "gb", "EU", "UK"),
        Region("WAW1", "pl", "EU", "WAW"),
    )
}
DEFAULT_REGIONS = ("BHS5", "DE1", "EU-SOUTH-LZ-MAD-A", "EU-WEST-PAR", "GRA11", "GRA9", "SBG5", "UK1")


@dataclass(frozen=True)
class FlavorModel:
    name: str
    vcpus: int
    ram: int
    disk: int
    bandwidth: int
    monthly: bool = True
    available: bool = True
    os_type: str = "linux"


_FLAVOR_MODELS = (
    FlavorModel("d2-2", 1, 2, 25, 100),
    FlavorModel("d2-4", 2, 4, 50, 250),
    FlavorModel("d2-8", 4, 8, 50, 500),
    FlavorModel("b2-7", 2, 7, 50, 250),
    FlavorModel("b2-15", 4, 15, 100, 250),
    FlavorModel("b3-8", 2, 8, 50, 500, monthly=False),
    FlavorModel("b3-16", 4, 16, 100, 1000, monthly=False),
    FlavorModel("b3-256", 64, 256, 400, 16000, monthly=False),
    FlavorModel("c2-7", 2, 7, 50, 250),
    FlavorModel("c3-4", 2, 4, 50, 250, monthly=False),
    FlavorModel("s1-2", 1, 2, 10, 100, available=False),
    FlavorModel("win-b2-7", 2, 7, 50, 250, os_type="windows"),
    FlavorModel("win-b2-15", 4, 15, 100, 250, os_type="windows"),
)
_NEW_REGION_FLAVORS = ("b3-8", "b3-16", "b3-256", "c3-4")


@dataclass(frozen=True)
class ImageModel:
    name: str
    user: str
    min_disk: int = 0
    min_ram: int = 0
    size: float = 2.0
    type: str = "linux"
    creation_date: str = "2026-06-10T07:21:09Z"
    only_in: tuple[str, ...] = ()


_IMAGE_MODELS = (
    ImageModel("AlmaLinux 9", "almalinux", min_disk=10),
    ImageModel("Debian 11", "debian"),
    ImageModel("Debian 12", "debian"),
    ImageModel("Debian 13", "debian"),
    ImageModel("Ubuntu 22.04", "ubuntu"),
    ImageModel("Ubuntu 22.04", "ubuntu", creation_date="2024-02-01T09:00:00Z", only_in=("GRA9",)),
    ImageModel("Ubuntu 24.04", "ubuntu"),
    ImageModel("Windows Server 2022 Standard (Desktop)", "admin", 50, 4, 24.1, "windows"),
)


def _flavor_json(model: FlavorModel, region: Region) -> dict[str, Any]:
    plan_suffix = f".{region.name}" if region.is_local_zone else ".3AZ" if region.type == "region-3-az" else ""
    monthly = f"{model.name}.monthly.postpaid{plan_suffix}" if model.monthly else None
    license_plan = f"{model.name}.license.consumption" if model.os_type == "windows" else None
    return {
        "id": _PUBLISHED_FLAVORS.get((region.name, model.name)) or stable_uuid("flavor", region.name, model.name),
        "name": model.name,
        "region": region.name,
        "type": "ovh.ssd.eg",
        "osType": model.os_type,
        "vcpus": model.vcpus,
        "ram": model.ram,
        "disk": model.disk,
        "quota": 20,
        "available": model.available,
        "inboundBandwidth": model.bandwidth,
        "outboundBandwidth": model.bandwidth,
        "capabilities": [{"name": n, "enabled": True} for n in ("resize", "snapshot", "volume", "failoverip")],
        "planCodes": {"hourly": f"{model.name}.consumption{plan_suffix}", "monthly": monthly, "license": license_plan},
    }


def _image_json(model: ImageModel, region: Region) -> dict[str, Any]:
    published = _PUBLISHED_IMAGES.get((region.name, model.name))
    return {
        "id": published or stable_uuid("image", region.name, model.name, model.creation_date),
        "name": model.name,
        "region": region.name,
        "type": model.type,
        "user": model.user,
        "status": "active",
        "visibility": "public",
        "size": model.size,
        "minDisk": model.min_disk,
        "minRam": model.min_ram,
        "creationDate": model.creation_date,
        "flavorType": None,
        "planCode": None,
        "tags": [],
    }


@functools.cache
def flavors(region_name: str) -> tuple[dict[str, Any], ...]:
    """Return the flavors of a region as the API answers them."""
    region = REGIONS[region_name]
    is_new = region.is_local_zone or bool(region.zones)
    return tuple(
        _flavor_json(model, region) for model in _FLAVOR_MODELS if not is_new or model.name in _NEW_REGION_FLAVORS
    )


@functools.cache
def images(region_name: str) -> tuple[dict[str, Any], ...]:
    """Return the images of a region as the API answers them."""
    region = REGIONS[region_name]
    return tuple(
        _image_json(model, region) for model in _IMAGE_MODELS if not model.only_in or region_name in model.only_in
    )


def flavor_by_id(flavor_id: str) -> dict[str, Any] | None:
    return next((flavor for name in REGIONS for flavor in flavors(name) if flavor["id"] == flavor_id), None)


def image_by_id(image_id: str) -> dict[str, Any] | None:
    return next((image for name in REGIONS for image in images(name) if image["id"] == image_id), None)


def flavor_named(region_name: str, name: str) -> dict[str, Any]:
    return next(flavor for flavor in flavors(region_name) if flavor["name"] == name)


def image_named(region_name: str, name: str) -> dict[str, Any]:
    return next(image for image in images(region_name) if image["name"] == name)


def ext_net_id(region_name: str) -> str:
    """Return the OpenStack id of the public network in a region; it is the same for all customers."""
    return _PUBLISHED_EXT_NET.get(region_name) or stable_uuid("ext-net", region_name)


def ext_net_subnet_id(region_name: str, version: int) -> str:
    return stable_uuid("ext-net-subnet", region_name, version)
