# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each of the libraries that speak to OVHcloud puts its requests: all of it is taken.

python-ovh sends bodies as json.dumps writes them and booleans of a query as true and false; go-ovh names a charset,
and no content type where there is no body; php-ovh leaves slashes as they are and a query's question mark where there
is no query; node-ovh writes letters as they are; ovhcloud-cli asks every list for pages of API v2.
"""

import json

import pytest

from tests.simulator.bare import ask, signed

GO_BODY = "application/json;charset=utf-8"
BODIES = {
    "compact": (json.dumps({"name": "a/b", "description": "\u00e9t\u00e9"}, separators=(",", ":")), "application/json"),
    "with blanks": ('{ "name" : "a/b",\n  "description": "\u00e9t\u00e9" }', GO_BODY),
    "letters as they are": ('{"name":"a/b","description":"été"}', "application/json"),
    "escaped slashes": ('{"name":"a\\/b","description":"été"}', "application/json; charset=utf-8"),
    "no content type": ('{"name":"a/b","description":"été"}', None),
}


@pytest.fixture
def vrack(sim):
    return sim.make("vrack", name="other")["service_name"]


@pytest.mark.parametrize(("body", "content_type"), BODIES.values(), ids=BODIES)
def test_a_body_however_it_is_written(sim, client, vrack, body, content_type):
    headers = signed(sim, "PUT", f"/1.0/vrack/{vrack}", body)
    headers |= {"Content-Type": content_type} if content_type else {}
    assert ask(sim, "PUT", f"/1.0/vrack/{vrack}", headers, body.encode())[::2] == (200, None)
    shown = client.get(f"/vrack/{vrack}")
    assert (shown["name"], shown["description"]) == ("a/b", "été")


@pytest.mark.parametrize("body", [None, b"", b"{}", b"null", b"[]"], ids=repr)
def test_no_body_in_every_form(sim, client, body):
    """`assign` wants nothing, and clients send no body, an empty one, null, an empty object or list for it."""
    cart = client.post("/order/cart", ovhSubsidiary="FR")["cartId"]
    path = f"/1.0/order/cart/{cart}/assign"
    headers = signed(sim, "POST", path, (body or b"").decode())
    assert ask(sim, "POST", path, headers, body)[::2] == (200, None)


@pytest.mark.parametrize("body", ["{", "name=x", "[1", "{'name': 'x'}"])
def test_what_is_no_json_is_refused(sim, vrack, body):
    path = f"/1.0/vrack/{vrack}"
    status, _headers, answer = ask(sim, "PUT", path, signed(sim, "PUT", path, body), body.encode())
    assert (status, answer["class"]) == (400, "Client::BadRequest")


@pytest.mark.parametrize("body", ["[1]", '"text"', "5", "true"])
def test_a_body_that_is_no_object_is_refused(sim, vrack, body):
    path = f"/1.0/vrack/{vrack}"
    status, _headers, answer = ask(sim, "PUT", path, signed(sim, "PUT", path, body), body.encode())
    assert (status, answer["message"]) == (400, "Body isn't formated correctly")


@pytest.mark.parametrize(
    "query", ["?", "?region=GRA11", "?region=GRA11&osType=linux", "?osType=null&region=GRA11", "?region=GRA%31%31"]
)
def test_a_query_however_it_is_written(sim, project, query):
    path = f"/1.0/cloud/project/{project['empty']}/image{query}"
    status, _headers, images = ask(sim, "GET", path, signed(sim, "GET", path))
    assert status == 200
    assert {image["region"] for image in images} >= {"GRA11"}


@pytest.mark.parametrize("mode", ["true", "false", "1", "0", "True"])
def test_a_flag_in_a_query(sim, mode):
    path = f"/1.0/me/payment/method?default={mode}"
    assert ask(sim, "GET", path, signed(sim, "GET", path))[::2] == (200, [])


def test_pages_of_api_v2_are_one_page_here(sim, project):
    """Without a header that names the next one, a client takes the list for whole."""
    path = f"/1.0/cloud/project/{project['empty']}/region"
    paging = {"X-Pagination-Size": "2", "X-Pagination-Cursor": "abc"}
    status, headers, regions = ask(sim, "GET", path, {**signed(sim, "GET", path), **paging})
    assert (status, headers.get("X-Pagination-Cursor-Next")) == (200, None)
    assert len(regions) > 2


def test_header_names_in_any_case(sim):
    headers = {name.upper(): value for name, value in signed(sim, "GET", "/1.0/me").items()}
    assert ask(sim, "GET", "/1.0/me", {**headers, "Accept": "*/*", "User-Agent": "ovh-cli"})[0] == 200
