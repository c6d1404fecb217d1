# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects: their fields with the values that AWX gives them, what they need, and what is unique."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """An answer other than success: its status and its body."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def bad(**fields: str) -> Refused:
    """The answer to fields that are wrong."""
    return Refused(400, {name: [message] for name, message in fields.items()})


@dataclass(frozen=True)
class Kind:
    """One kind of object. `route` is its list below /api/v2/, `refers` names the kind that each reference leads to."""

    route: str
    type: str
    title: str
    defaults: dict[str, Any]
    required: tuple[str, ...] = ("name",)
    unique: tuple[str, ...] = ("name",)
    duplicate: str = ""
    refers: dict[str, str] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    cascades: tuple[str, ...] = ()

    @property
    def unified(self) -> bool:
        """AWX numbers everything that can be run in one sequence, and lists it together."""
        return self.route in UNIFIED


UNIFIED = (
    "projects",
    "inventory_sources",
    "job_templates",
    "workflow_job_templates",
    "workflow_approval_templates",
)
OWNED = {"organization": "organizations"}
VERBOSITIES = {"inventory_sources": range(3), "job_templates": range(6)}
PROMPTS = {
    "inventory": None,
    "scm_branch": None,
    "job_type": None,
    "job_tags": None,
    "skip_tags": None,
    "limit": None,
    "diff_mode": None,
    "verbosity": None,
    "execution_environment": None,
    "forks": None,
    "job_slice_count": None,
    "timeout": None,
}
ASKS = (
    "scm_branch",
    "diff_mode",
    "variables",
    "limit",
    "tags",
    "skip_tags",
    "job_type",
    "verbosity",
    "inventory",
    "credential",
    "execution_environment",
    "labels",
    "forks",
    "job_slice_count",
    "timeout",
    "instance_groups",
)
WORKFLOW_ASKS = ("scm_branch", "variables", "limit", "tags", "skip_tags", "inventory", "labels")

KINDS = {
    kind.route: kind
    for kind in (
        Kind(
            "organizations",
            "organization",
            "Organization",
            {"name": "", "description": "", "max_hosts": 0, "custom_virtualenv": None, "default_environment": None},
            duplicate="Organization with this Name already exists.",
            refers={"default_environment": "execution_environments"},
            cascades=("credentials", "inventories", "execution_environments"),
        ),
        Kind(
            "credential_types",
            "credential_type",
            "CredentialType",
            {
                "name": "",
                "description": "",
                "kind": "",
                "namespace": None,
                "managed": False,
                "inputs": {},
                "injectors": {},
            },
            required=("name", "kind"),
            unique=("name", "kind"),
            duplicate="Credential type with this Name and Kind already exists.",
        ),
        Kind(
            "credentials",
            "credential",
            "Credential",
            {
                "name": "",
                "description": "",
                "organization": None,
                "credential_type": None,
                "managed": False,
                "inputs": {},
                "kind": None,
                "cloud": True,
                "kubernetes": False,
            },
            required=("name", "credential_type"),
            unique=("organization", "name", "credential_type"),
            duplicate="Credential with this Organization, Name and Credential type already exists.",
            refers={**OWNED, "credential_type": "credential_types"},
        ),
        Kind(
            "execution_environments",
            "execution_environment",
            "ExecutionEnvironment",
            {
                "name": "",
                "description": "",
                "organization": None,
                "image": "",
                "managed": False,
                "credential": None,
                "pull": "",
            },
            required=("name", "image"),
            duplicate="Execution environment with this Name already exists.",
            refers={**OWNED, "credential": "credentials"},
        ),
        Kind(
            "projects",
            "project",
            "Project",
            {
                "name": "",
                "description": "",
                "local_path": "",
                "scm_type": "",
                "scm_url": "",
                "scm_branch": "",
                "scm_refspec": "",
                "scm_clean": False,
                "scm_track_submodules": False,
                "scm_delete_on_update": False,
                "credential": None,
                "timeout": 0,
                "scm_revision": "",
                "status": "never updated",
                "organization": None,
                "scm_update_on_launch": False,
                "scm_update_cache_timeout": 0,
                "allow_override": False,
                "default_environment": None,
            },
            unique=("name", "organization"),
            duplicate="Project with this (name, organization) combination already exists.",
            refers={**OWNED, "default_environment": "execution_environments", "credential": "credentials"},
            related=("update", "playbooks"),
        ),
        Kind(
            "inventories",
            "inventory",
            "Inventory",
            {
                "name": "",
                "description": "",
                "organization": None,
                "kind": "",
                "host_filter": None,
                "variables": "",
                "prevent_instance_group_fallback": False,
            },
            required=("name", "organization"),
            unique=("name", "organization"),
            duplicate="Inventory with this Name and Organization already exists.",
            refers=OWNED,
            cascades=("inventory_sources",),
        ),
        Kind(
            "inventory_sources",
            "inventory_source",
            "InventorySource",
            {
                "name": "",
                "description": "",
                "source": "",
                "source_path": "",
                "source_vars": "",
                "scm_branch": "",
                "credential": None,
                "enabled_var": "",
                "enabled_value": "",
                "host_filter": "",
                "overwrite": False,
                "overwrite_vars": False,
                "timeout": 0,
                "verbosity": 1,
                "limit": "",
                "execution_environment": None,
                "inventory": None,
                "update_on_launch": False,
                "update_cache_timeout": 0,
                "source_project": None,
                "status": "never updated",
            },
            required=("name", "inventory"),
            unique=("inventory", "name"),
            duplicate="InventorySource with this (inventory, name) combination already exists.",
            refers={
                "credential": "credentials",
                "execution_environment": "execution_environments",
                "inventory": "inventories",
                "source_project": "projects",
            },
            related=("update",),
            cascades=("schedules",),
        ),
        Kind(
            "job_templates",
            "job_template",
            "JobTemplate",
            {
                "name": "",
                "description": "",
                "job_type": "run",
                "inventory": None,
                "project": None,
                "playbook": "",
                "scm_branch": "",
                "forks": 0,
                "limit": "",
                "verbosity": 0,
                "extra_vars": "",
                "job_tags": "",
                "force_handlers": False,
                "skip_tags": "",
                "start_at_task": "",
                "timeout": 0,
                "use_fact_cache": False,
                "organization": None,
                "execution_environment": None,
                "host_config_key": "",
                **{f"ask_{name}_on_launch": False for name in ASKS},
                "survey_enabled": False,
                "become_enabled": False,
                "diff_mode": False,
                "allow_simultaneous": False,
                "job_slice_count": 1,
                "webhook_service": "",
                "webhook_credential": None,
                "prevent_instance_group_fallback": False,
            },
            unique=("name", "organization"),
            duplicate="JobTemplate with this (name, organization) combination already exists.",
            refers={
                **OWNED,
                "inventory": "inventories",
                "project": "projects",
                "execution_environment": "execution_environments",
            },
            related=("survey_spec", "credentials", "launch"),
            cascades=("schedules",),
        ),
        Kind(
            "workflow_job_templates",
            "workflow_job_template",
            "WorkflowJobTemplate",
            {
                "name": "",
                "description": "",
                "extra_vars": "",
                "organization": None,
                "survey_enabled": False,
                "allow_simultaneous": False,
                **{f"ask_{name}_on_launch": False for name in WORKFLOW_ASKS},
                "inventory": None,
                "limit": None,
                "scm_branch": None,
                "webhook_service": "",
                "webhook_credential": None,
                "job_tags": None,
                "skip_tags": None,
            },
            unique=("name", "organization"),
            duplicate="WorkflowJobTemplate with this (name, organization) combination already exists.",
            refers={**OWNED, "inventory": "inventories"},
            related=("survey_spec", "launch"),
            cascades=("workflow_job_template_nodes", "schedules"),
        ),
        Kind(
            "workflow_job_template_nodes",
            "workflow_job_template_node",
            "WorkflowJobTemplateNode",
            {
                "extra_data": {},
                **PROMPTS,
                "workflow_job_template": None,
                "unified_job_template": None,
                "success_nodes": [],
                "failure_nodes": [],
                "always_nodes": [],
                "all_parents_must_converge": False,
                "identifier": "",
            },
            required=("workflow_job_template",),
            unique=("identifier", "workflow_job_template"),
            duplicate="Workflow job template node with this Identifier and Workflow job template already exists.",
            refers={"workflow_job_template": "workflow_job_templates"},
            related=("success_nodes", "failure_nodes", "always_nodes", "create_approval_template"),
        ),
        Kind(
            "workflow_approval_templates",
            "workflow_approval_template",
            "WorkflowApprovalTemplate",
            {"name": "", "description": "", "execution_environment": None, "timeout": 0},
            unique=(),
        ),
        Kind(
            "schedules",
            "schedule",
            "Schedule",
            {
                "name": "",
                "description": "",
                "rrule": "",
                "extra_data": {},
                **PROMPTS,
                "unified_job_template": None,
                "enabled": True,
            },
            required=("rrule", "name", "unified_job_template"),
            unique=("unified_job_template", "name"),
            duplicate="Schedule with this Unified job template and Name already exists.",
        ),
    )
}
