# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a project can choose from: flavors, images and the public network."""

from __future__ import annotations

from typing import Any

from simulator import catalog, price_list
from simulator.cloud_rules import enabled_region, listed_regions, object_not_found, project_of
from simulator.routing import Call, route


def _regions_asked_for(call: Call) -> list[str]:
    project, name = project_of(call), call.query.get("region")
    if name is None:
        return listed_regions(call.world, project)
    return [enabled_region(call.world, project, name).name]


@route("GET", "/cloud/project/{serviceName}/flavor")
def list_flavors(call: Call) -> Any:
    return call.world.shuffled(flavor for name in _regions_asked_for(call) for flavor in catalog.flavors(name))


@route("GET", "/cloud/project/{serviceName}/flavor/{flavorId}")
def get_flavor(call: Call) -> Any:
    project_of(call)
    flavor = catalog.flavor_by_id(call.path["flavorId"])
    if flavor is None:
        raise object_not_found()
    return flavor


@route("GET", "/cloud/project/{serviceName}/image")
def list_images(call: Call) -> Any:
    os_type, flavor_type = call.query.get("osType"), call.query.get("flavorType")
    return call.world.shuffled(
        image
        for name in _regions_asked_for(call)
        for image in catalog.images(name)
        if os_type in (None, image["type"]) and (flavor_type is None or image["flavorType"] in (None, flavor_type))
    )


@route("GET", "/cloud/project/{serviceName}/image/{imageId}")
def get_image(call: Call) -> Any:
    project_of(call)
    image = catalog.image_by_id(call.path["imageId"])
    if image is None:
        raise object_not_found()
    return image


@route("GET", "/cloud/project/{serviceName}/network/public")
def list_public_networks(call: Call) -> Any:
    project, keeps = project_of(call), call.world.settings.public_network_names_outages
    regions = [
        {"region": name, "status": "ACTIVE", "openstackId": catalog.ext_net_id(name)}
        for name in (project.regions if keeps else listed_regions(call.world, project))
    ]
    return [
        {
            "id": catalog.PUBLIC_NETWORK_ID,
            "name": catalog.PUBLIC_NETWORK_NAME,
            "vlanId": 0,
            "type": "public",
            "status": "ACTIVE",
            "regions": call.world.shuffled(regions),
        }
    ]


@route("GET", "/order/catalog/public/cloud")
def get_price_list(call: Call) -> Any:
    return price_list.as_json(call.query["ovhSubsidiary"])
