# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the simulator: python -m simulator --env-file FILE"""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import json
import os
import socket
from pathlib import Path

from simulator.app import SimulatedApi, application
from simulator.clock import Clock
from simulator.control import change
from simulator.server import Server
from simulator.state import Settings, World
from simulator.worlds import NAMES


def main():
    options = parse()
    settings = Settings(
        kind=options.kind, strict=options.strict, latency=options.latency, network_ids=options.network_ids
    )
    change(settings, options.settings)
    simulator = SimulatedApi(World(options.seed, settings, Clock(options.speed)), options.world)
    listener = socket.create_server((options.host, options.port))
    scheme = "https" if options.tls_cert else "http"
    address = f"{scheme}://{options.host}:{listener.getsockname()[1]}"
    environment = client_environment(address, simulator.world.access)

    def tell():
        if options.env_file:
            write_atomically(options.env_file, environment)
        print("".join(f"export {name}={value}\n" for name, value in environment.items()), end="", flush=True)

    with contextlib.suppress(KeyboardInterrupt):  # the way to end it at a terminal
        Server(application(simulator), tell, options.tls_cert, options.tls_key).run(sockets=[listener])


def parse():
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A simulator of OVHcloud's API v1.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--env-file", type=Path, help="written when the simulator answers, to be sourced by a shell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=1.0, help="virtual seconds per real one; 0: only by the clock")
    parser.add_argument("--strict", action="store_true", help="refuse unknown parameters")
    parser.add_argument("--kind", action="store_true", help="no shuffled lists, nothing invisible, no passing errors")
    parser.add_argument("--network-ids", choices=("both", "pn", "openstack"), default="both")
    parser.add_argument("--settings", type=json.loads, default={}, help="other settings, as a JSON object")
    parser.add_argument("--world", choices=NAMES, default="default")
    parser.add_argument("--latency", type=float, default=0.0, help="real seconds added to each answer")
    parser.add_argument("--allow-any-host", action="store_true", help="bind to other hosts than loopback ones")
    parser.add_argument("--tls-cert", help="serve HTTPS with this certificate, for clients that know nothing else")
    parser.add_argument("--tls-key", help="the certificate's key")
    options = parser.parse_args()
    if bool(options.tls_cert) != bool(options.tls_key):
        parser.error("--tls-cert and --tls-key go together")
    if not options.allow_any_host and not is_loopback(options.host):
        parser.error(f"{options.host} is no loopback address; --allow-any-host permits it")
    return options


def is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def client_environment(address, access):
    return {
        "OVH_ENDPOINT": f"{address}/1.0",
        "OVH_APPLICATION_KEY": access.application_key,
        "OVH_APPLICATION_SECRET": access.application_secret,
        "OVH_CONSUMER_KEY": access.consumer_key,
        "OVH_SIMULATOR_URL": address,
        "OVH_SIMULATOR_CLIENT_ID": access.oauth.client_id,
        "OVH_SIMULATOR_CLIENT_SECRET": access.oauth.secret,
    }


def write_atomically(path, environment):
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text("".join(f"{name}={value}\n" for name, value in environment.items()), encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    main()
