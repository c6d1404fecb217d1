# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations: how the regional routes answer what takes time."""

from __future__ import annotations

from typing import Any

from simulator.cloud_state import Operation, Project


def begin_operation(
    world: Any,
    project: Project,
    action: str,
    region: str,
    resource_id: str | None,
    completed_at: float | None = None,
    **fields: Any,
) -> Operation:
    if completed_at is None:
        completed_at = world.now() + world.duration("operation_running")
    operation = Operation(world.uuid(), action, region, world.now(), completed_at, resource_id, **fields)
    project.operations[operation.id] = operation
    return operation
