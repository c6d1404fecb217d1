# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options of every module."""

from __future__ import annotations


class ModuleDocFragment:
    """Endpoint, credentials and how requests are made."""

    DOCUMENTATION = r"""
options:
  endpoint:
    description:
      - The API to talk to. A name such as V(ovh-eu), V(ovh-ca) or V(ovh-us), or an address.
      - For this and the credentials what is nearest wins. The task's options come first, then the file that
        O(config_file) names, then the environment (E(OVH_ENDPOINT) and so on), then the files that python-ovh reads
        (C(ovh.conf) here, C(~/.ovh.conf), C(/etc/ovh.conf)).
      - Credentials whose parts come from several of these are used with a warning that says where each is from.
      - Empty, or blanks alone, counts as unset. Blanks around a value are no part of it.
    type: str
  application_key:
    description:
      - Key of the application. With O(application_secret) and O(consumer_key) one of the two ways to authenticate.
      - Falls back to O(config_file), then to E(OVH_APPLICATION_KEY), then to the other files.
    type: str
  application_secret:
    description:
      - Secret of the application. Falls back to O(config_file), then to E(OVH_APPLICATION_SECRET), then to the other
        files.
    type: str
  consumer_key:
    description:
      - Key that ties application and account. Falls back to O(config_file), then to E(OVH_CONSUMER_KEY), then to
        the other files.
    type: str
  client_id:
    description:
      - OAuth2 client (service account). With O(client_secret) the other way to authenticate.
      - Falls back to O(config_file), then to E(OVH_CLIENT_ID), then to the other files.
    type: str
  client_secret:
    description:
      - Secret of the OAuth2 client. Falls back to O(config_file), then to E(OVH_CLIENT_SECRET), then to the other
        files.
    type: str
  config_file:
    description:
      - A file of python-ovh's format whose account is used, whatever environment and other files say.
      - It has to exist, and, with the options, to hold all credentials for the endpoint. It is not mixed with the
        environment or with other files, apart from O(endpoint), where it names none.
      - Falls back to E(OVH_CONFIG_FILE).
    type: path
  api_timeout:
    description:
      - Seconds that a single request may take, from 1 to 86400.
    type: int
    default: 60
  max_concurrency:
    description:
      - Requests that are under way at once, at most. From 1 to 256.
    type: int
    default: 8
  api_rate_limit:
    description:
      - Requests a second that are sent at most, for a steady rate below what OVHcloud would bear.
      - Without it they are sent as fast as they are answered. A status 429, and what an API that has too much to do was
        seen to give instead (time-outs, broken connections, statuses 408, 503 and 504), slow all requests down by
        themselves, whether there is a limit or not.
      - It holds for one task; jobs that run at once each have their own.
      - Falls back to E(OVH_API_RATE_LIMIT).
    type: float
requirements:
  - python >= 3.9
  - ovh >= 1.2, < 2
"""
