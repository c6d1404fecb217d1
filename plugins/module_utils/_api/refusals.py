# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about a refusal, by what the API said."""

from __future__ import annotations

from typing import Mapping, Tuple

CREDENTIAL_ADVICE = {
    "INVALID_KEY": ("application_key_unknown", "Check application_key, and that it was made for this endpoint"),
    "INVALID_SIGNATURE": (
        "signature_wrong",
        "application_secret does not belong to application_key (look for a character too many, such as a newline)",
    ),
    "QUERY_TIME_OUT": ("clock_wrong", "Check the clock of the machine that runs the task"),
    "NOT_CREDENTIAL": ("consumer_key_unknown", "Check consumer_key, and that it was made for this application_key"),
    "INVALID_CREDENTIAL": (
        "consumer_key_invalid",
        "consumer_key has expired or was never validated in the browser: validate it, or make a new one",
    ),
}


def advice_for(
    method: str, path: str, status: int, error_class: str, message: str, details: Mapping[str, str]
) -> Tuple[str, str]:
    """The code of the message and the advice that goes with it, both empty where there is nothing to add."""
    if error_class in CREDENTIAL_ADVICE:
        return CREDENTIAL_ADVICE[error_class]
    if error_class == "NOT_GRANTED_CALL":
        return "right_missing", f"The key lacks the access rule {rule_for(method, path)}; make a new key with it"
    if details.get("unauthorizedActionsByIAM"):
        return "iam_refused", f"Grant the action {details['unauthorizedActionsByIAM']} in an IAM policy"
    return "", ""


def rule_for(method: str, path: str) -> str:
    """The access rule that grants a call, with ids replaced by stars."""
    segments = path.partition("?")[0].strip("/").split("/")
    return f"{method} /{'/'.join('*' if _is_id(segment) else segment for segment in segments)}"


def _is_id(segment: str) -> bool:
    return any(character.isdigit() for character in segment)
