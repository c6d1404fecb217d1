# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of Public Cloud share."""

from __future__ import annotations

from contextlib import contextmanager

import ovh.exceptions
import pytest

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExamples demo@example.org"
OTHER_KEY = PUBLIC_KEY.replace("ExampleExample", "AnotherAnother", 1)
LONG = 600

ERRORS = {
    400: ovh.exceptions.BadParametersError,
    404: ovh.exceptions.ResourceNotFoundError,
    409: ovh.exceptions.ResourceConflictError,
}


def refused(status, match):
    return pytest.raises(ERRORS[status], match=match)


@contextmanager
def settings(sim, **changes):
    """Settings for a part of a test."""
    before = sim.settings()
    sim.settings(**changes)
    try:
        yield
    finally:
        sim.settings(**{name: before[name] for name in changes})


class Project:
    """A project, with paths relative to it."""

    def __init__(self, sim, client, project_id):
        self.sim = sim
        self.client = client
        self.id = project_id
        self.base = f"/cloud/project/{project_id}"

    def get(self, path, **query):
        return self.client.get(self.base + path, **query)

    def post(self, path, **body):
        return self.client.post(self.base + path, **body)

    def put(self, path, **body):
        return self.client.put(self.base + path, **body)

    def delete(self, path):
        return self.client.delete(self.base + path)

    def named(self, path, name, **query):
        [found] = [thing for thing in self.get(path, **query) if thing["name"] == name]
        return found

    def network(self, vlan=42, name="net", regions=("GRA11", "SBG5")):
        """A network that is active everywhere."""
        return self.sim.make("network", project=self.id, name=name, vlan=vlan, regions=list(regions))["id"]

    def subnet(self, network, region="GRA11", cidr="10.0.0.0/16", start="10.0.0.10", end="10.0.0.99", **fields):
        wanted = {"network": cidr, "start": start, "end": end, "dhcp": False, "noGateway": True, "region": region}
        return self.post(f"/network/private/{network}/subnet", **{**wanted, **fields})

    def openstack_id(self, network, region="GRA11"):
        regions = self.get(f"/network/private/{network}")["regions"]
        return next(entry["openstackId"] for entry in regions if entry["region"] == region)

    def instance(self, name="one", region="GRA11", flavor="b2-7", image="Debian 12", **fields):
        ids = {
            "flavorId": self.named("/flavor", flavor, region=region)["id"],
            "imageId": self.named("/image", image, region=region)["id"],
        }
        return self.post("/instance", **{"name": name, "region": region, **ids, **fields})

    def running_instance(self, *networks, **fields):
        instance = self.instance(networks=[{"networkId": network} for network in networks], **fields)
        self.sim.advance(LONG)
        return f"/instance/{instance['id']}"

    def addresses(self, instance, kind="private"):
        return [entry["ip"] for entry in self.get(instance)["ipAddresses"] if entry["type"] == kind]
