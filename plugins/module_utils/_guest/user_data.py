# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User data by which a machine comes up, from its first boot on, with its default route on the first interface.

cloud-init can't be given network configuration by user data. But it runs commands before anything is installed, and
those can write one file for every interface but the first, which no MAC has to be known for, and have it read.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from email import message_from_string
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from typing import Any, Dict, List, Mapping, Optional, Sequence

from .managers import (
    HOOK_FOLDER,
    KEYFILE_FOLDER,
    NAME,
    NETWORKD_FOLDER,
    NEVER,
    OF_NAMES,
    OF_ROUTES,
    TITLE,
    keyfile,
    keyfile_id,
    networkd_file,
)
from .wanted import Wanted

FIRST = ("ens3", "enp0s3", "eth0")
"""What OVHcloud's images call the first interface, all names of it: a pattern with ! matches by any name it has."""
DRIVER = "virtio_net"
CLOUD_CONFIG = "#cloud-config"
KEY = "bootcmd"
MERGING = [
    {"name": "list", "settings": ["append"]},
    {"name": "dict", "settings": ["no_replace", "recurse_list"]},
    {"name": "str", "settings": ["no_replace"]},
]
"""How cloud-init adds our part to the user's: without it, one list of commands would take the place of the other."""


class Unfit(ValueError):
    """User data that is none of cloud-init's."""


def with_guest_network(user_data: Any, parse: Any, first: Sequence[str] = FIRST, driver: Optional[str] = DRIVER) -> str:
    """The user's own user data and ours. *parse* reads YAML; it raises ValueError for what is none."""
    return with_config(user_data, parse, {KEY: [["sh", "-c", script(first, driver)]]})


def with_config(user_data: Any, parse: Any, added: Mapping[str, Any]) -> str:
    """The user's own user data and a cloud-config of ours."""
    if user_data is None or (isinstance(user_data, str) and not user_data.strip()):
        return _cloud_config(added)
    if not isinstance(user_data, str) or user_data.lstrip().startswith(("{", "[")):
        raise Unfit("is none of cloud-init's: it begins with none of the marks that cloud-init knows")
    if _is_multipart(user_data):
        return _added(message_from_string(user_data), added)
    return _merged(user_data, parse, added) or _added(None, added, user_data)


def _merged(user_data: str, parse: Any, added: Mapping[str, Any]) -> Optional[str]:
    """One cloud-config, where the user's is one that can be written anew. None where it is not."""
    if not user_data.startswith(CLOUD_CONFIG + "\n"):
        return None
    with suppress(ValueError, TypeError):
        own = parse(user_data)
        if isinstance(own, Mapping) and not {"merge_how", "merge_type"} & set(own):
            both = {key: _both(value, own[key]) if key in own else value for key, value in added.items()}
            text = _cloud_config({**own, **both})
            return text if parse(text) == {**own, **both} else None
    return None


def _both(ours: Any, own: Any) -> Any:
    """A list with ours before the user's."""
    if isinstance(ours, list) and isinstance(own, list):
        return [*ours, *own]
    raise TypeError("nothing that can be put together")


def _cloud_config(config: Mapping[str, Any]) -> str:
    """JSON is YAML, and says the same to every reader of it."""
    return f"{CLOUD_CONFIG}\n{json.dumps(config, indent=1)}\n"


def _is_multipart(user_data: str) -> bool:
    head = user_data.lstrip()[:100].lower()
    return head.startswith(("content-type: multipart/", "mime-version:"))


def _added(message: Optional[Message], added: Mapping[str, Any], user_data: str = "") -> str:
    """A multipart message with ours as its last part. What a text/plain part is, cloud-init sees by its first line."""
    if message is None:
        message = MIMEMultipart()
        message.attach(_part("plain", user_data))
    elif not message.is_multipart():
        raise Unfit("says that it is a multipart message, and has no parts")
    message.attach(_part("cloud-config", _cloud_config({"merge_how": MERGING, **added})))
    if not message.get_boundary():
        # The same every time, so that the same description is the same user data.
        parts = "".join(str(part.get_payload()) for part in message.get_payload())  # type: ignore[union-attr]
        message.set_boundary("=" * 10 + hashlib.sha256(parts.encode()).hexdigest()[:24])
    return message.as_string()


def _part(kind: str, text: str) -> Message:
    part = MIMENonMultipart("text", kind, charset="utf-8")
    part.set_payload(text, "utf-8" if not text.isascii() else None)
    return part


# What runs on the machine


def script(first: Sequence[str], driver: Optional[str]) -> str:
    """It runs at every boot, and does something at the first one only."""
    wanted = Wanted(mac="")
    names = " ".join(first)
    only = [f"Driver={driver}"] if driver else []
    network = networkd_file([f"Name=!{names}", "Type=ether", "Kind=!vlan bridge bond macvlan ipvlan", *only], wanted)
    match: Dict[str, List[str]] = {"match": [f"interface-name={';'.join('!' + one for one in first)};"]}
    if driver:
        match["match"].append(f"driver={driver};")
    return SCRIPT.format(
        names="|".join(first),
        first=names,
        networkd=NETWORKD_FOLDER,
        keyfiles=KEYFILE_FOLDER,
        hooks=HOOK_FOLDER,
        name=NAME,
        id=keyfile_id(wanted),
        network=network.rstrip(),
        keyfile=keyfile(wanted, match, several=True).rstrip(),
        hook=hook_of_others(first).rstrip(),
    )


def hook_of_others(first: Sequence[str]) -> str:
    """For dhclient: all interfaces but the first, and those that have a hook of their own."""
    return f"""\
{TITLE}
case "$interface" in
    lo|{"|".join(first)}) ;;
    *) [ -e {HOOK_FOLDER}/{NAME}-$interface ] || unset {" ".join([*OF_ROUTES, *OF_NAMES, *NEVER])} ;;
esac
"""


SCRIPT = """\
# Made by Ansible (ovhcloud.vrack): the first interface alone has the default route.
put() {{
    [ -d "${{1%/*}}" ] || mkdir -p "${{1%/*}}"
    [ ! -e "$1" ] && cat > "$1" && chmod "$2" "$1"
}}
others() {{
    for device in $(sed -n 's/^ *\\([^:]*\\):.*/\\1/p' /proc/net/dev); do
        case "$device" in lo|{names}) ;; *) echo "$device" ;; esac
    done
}}
if systemctl --quiet is-active systemd-networkd; then
    put {networkd}/05-{name}.network 644 <<'END' && {{
{network}
END
        # A route that is there already would outlast the restart.
        for device in $(others); do
            [ -z "$(ip -4 route show default dev "$device")" ] || ip -4 address flush dev "$device"
        done
        systemctl restart systemd-networkd
    }}
elif systemctl --quiet is-active NetworkManager || systemctl --quiet is-enabled NetworkManager 2>/dev/null; then
    put {keyfiles}/{name}.nmconnection 600 <<'END' && systemctl --quiet is-active NetworkManager && {{
{keyfile}
END
        nmcli connection load {keyfiles}/{name}.nmconnection
        for device in $(others); do nmcli --wait 10 connection up uuid {id} ifname "$device"; done
    }}
else
    again() {{ ifdown --force "$1"; ifup "$1"; }}
    put {hooks}/{name} 644 <<'END' && {{
{hook}
END
        # Those that are up already have overwritten what the first one said of name servers, or taken its route.
        late=
        for device in $(others); do
            [ -z "$(ip -4 address show dev "$device")" ] || {{ again "$device"; late=yes; }}
        done
        for device in {first}; do
            [ -z "$late" ] || ! ip link show dev "$device" > /dev/null 2>&1 || again "$device"
        done
    }}
fi
exit 0
"""
