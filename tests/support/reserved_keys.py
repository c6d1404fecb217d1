# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a task's result that Ansible gives a meaning to, in any core since 2.17."""

from __future__ import annotations

from collections.abc import Iterable

MEANT_SO = ("changed", "failed", "msg", "diff", "results", "warnings", "exception", "invocation")
"""Those that our modules return with just that meaning. `results` has one entry an item, as a loop's has."""
RESERVED = (
    "add_group",
    "add_host",
    "ansible_facts",
    "ansible_included_var_files",
    "ansible_job_id",
    "ansible_notify",
    "ansible_parsed",
    "ansible_playbook_python",
    "ansible_stats",
    "attempts",
    "cmd",
    "delta",
    "deprecations",
    "end",
    "failed_when_result",
    "failed_when_suppressed_exception",
    "false_condition",
    "finished",
    "include",
    "include_args",
    "include_file",
    "item",
    "loop",
    "module_stderr",
    "module_stdout",
    "notify",
    "parsed",
    "rc",
    "results_file",
    "retries",
    "skip_reason",
    "skipped",
    "skipped_reason",
    "start",
    "started",
    "stderr",
    "stderr_lines",
    "stdout",
    "stdout_lines",
    "unreachable",
    "until",
    "verbose_always",
)


def misused(keys: Iterable[str]) -> list[str]:
    """Which of these a module must not return."""
    return sorted(key for key in keys if key in RESERVED or key.startswith(("_ansible_", "ansible_")))
