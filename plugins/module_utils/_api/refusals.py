# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which message a refusal is, by what the API said."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Tuple

CREDENTIAL_CODES = {
    "INVALID_KEY": "application_key_unknown",
    "INVALID_SIGNATURE": "signature_wrong",
    "QUERY_TIME_OUT": "clock_wrong",
    "NOT_CREDENTIAL": "consumer_key_unknown",
    "INVALID_CREDENTIAL": "consumer_key_invalid",
}

ADDRESS_IN_USE = re.compile(r"\bip\b.*\b(in use|already (used|allocated))\b", re.IGNORECASE)


def message_of(
    method: str, path: str, error_class: str, said: str, details: Mapping[str, str]
) -> Tuple[str, Dict[str, Any]]:
    """The code of the message and what fills its gaps; no code where there is nothing to add to the API's words."""
    if error_class in CREDENTIAL_CODES:
        return CREDENTIAL_CODES[error_class], {}
    if error_class == "NOT_GRANTED_CALL":
        return "right_missing", {"rule": rule_for(method, path)}
    if details.get("unauthorizedActionsByIAM"):
        return "iam_refused", {"action": details["unauthorizedActionsByIAM"]}
    if method == "POST" and ADDRESS_IN_USE.search(said):
        return "address_in_use", {}
    return "", {}


def rule_for(method: str, path: str) -> str:
    """The access rule that grants a call, with ids replaced by stars."""
    segments = path.partition("?")[0].strip("/").split("/")
    return f"{method} /{'/'.join('*' if _is_id(segment) else segment for segment in segments)}"


def _is_id(segment: str) -> bool:
    return any(character.isdigit() for character in segment)
