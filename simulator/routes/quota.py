# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas of a project, region by region."""

from __future__ import annotations

from typing import Any

from simulator import cloud_rules as rules
from simulator.cloud_operations import begin_operation
from simulator.cloud_state import Project
from simulator.cloud_views import operation_json
from simulator.routing import Call, route


@route("GET", "/cloud/project/{serviceName}/quota")
def list_quotas(call: Call) -> Any:
    project = rules.project_of(call)
    return call.world.shuffled(_quotas_json(call, project, name) for name in rules.listed_regions(call.world, project))


@route("GET", "/cloud/project/{serviceName}/region/{regionName}/quota")
def get_quotas(call: Call) -> Any:
    project = rules.project_of(call)
    return _quotas_json(call, project, rules.region_of(call, project).name)


@route("POST", "/cloud/project/{serviceName}/region/{regionName}/quota")
def ask_for_quota(call: Call) -> Any:
    project = rules.project_of(call)
    region = rules.region_of(call, project)
    return operation_json(call.world, begin_operation(call.world, project, "quota#update", region.name, None))


def _quotas_json(call: Call, project: Project, region: str) -> dict[str, Any]:
    used = rules.used(project, region, call.world.now())
    limit = {kind: rules.quota(project, region, kind) for kind in rules.DEFAULT_QUOTA}
    return {
        "region": region,
        "instance": {
            "maxInstances": limit["instance"],
            "usedInstances": used["instance"],
            "maxCores": limit["cores"],
            "usedCores": used["cores"],
            "maxRam": limit["ram"],
            "usedRAM": used["ram"],
        },
        "network": {
            "maxNetworks": limit["network"],
            "usedNetworks": used["network"],
            "maxSubnets": limit["subnet"],
            "usedSubnets": used["subnet"],
            "maxGateways": limit["router"],
            "usedGateways": used["router"],
            "maxFloatingIPs": limit["floatingip"],
            "usedFloatingIPs": used["floatingip"],
        },
        "keypair": {"maxCount": limit["keypair"]},
        "keymanager": {"maxSecrets": 100, "usedSecrets": 0},
        "loadbalancer": {"maxLoadbalancers": 5, "usedLoadbalancers": 0},
        "share": None,
        "volume": {
            "maxGigabytes": 20000,
            "usedGigabytes": 0,
            "maxVolumeCount": 50,
            "volumeCount": 0,
            "maxBackupGigabytes": 20000,
            "usedBackupGigabytes": 0,
            "maxVolumeBackupCount": 50,
            "volumeBackupCount": 0,
        },
    }
