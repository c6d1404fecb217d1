# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write schema.json from a folder of OVHcloud's published API schemas, without their prose.

python -m simulator.make_schema FOLDER

Where the schemas come from is told in README.md. What real answers were seen
to do otherwise stands in the tables below.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

FILES = ("auth.json", "cloud.json", "me.json", "order.json", "vrack.json")
# Of these files these routes only, and of what is in a vRack the lists.
FURTHER = {
    "catalog.json": ("/order/catalog/public/cloud",),
    "cloud-services.json": (
        "/cloud/project/{serviceName}/instance/{instanceId}/resume",
        "/cloud/project/{serviceName}/region/{regionName}/gateway/{id}/interface/{interfaceId}",
    ),
    "vrack-services.json": (
        "/vrack/{serviceName}/dedicatedCloud",
        "/vrack/{serviceName}/dedicatedCloudDatacenter",
        "/vrack/{serviceName}/dedicatedConnect",
        "/vrack/{serviceName}/dedicatedServer",
        "/vrack/{serviceName}/dedicatedServerInterface",
        "/vrack/{serviceName}/ip",
        "/vrack/{serviceName}/ipLoadbalancing",
        "/vrack/{serviceName}/ipv6",
        "/vrack/{serviceName}/legacyVrack",
        "/vrack/{serviceName}/ovhCloudConnect",
        "/vrack/{serviceName}/vrackServices",
    ),
}
ONLY_READ = "vrack-services.json"
KEPT = {
    "$ref",
    "additionalProperties",
    "allOf",
    "enum",
    "format",
    "items",
    "nullable",
    "oneOf",
    "properties",
    "readOnly",
    "required",
    "type",
}
REFERENCE = "#/components/schemas/"
INSTANCES = "GET /cloud/project/{serviceName}/instance"
INSTANCE = "GET /cloud/project/{serviceName}/instance/{instanceId}"
CHANGED_INSTANCES = (
    "POST /cloud/project/{serviceName}/instance",
    "POST /cloud/project/{serviceName}/instance/{instanceId}/activeMonthlyBilling",
    "POST /cloud/project/{serviceName}/instance/{instanceId}/reinstall",
    "POST /cloud/project/{serviceName}/instance/{instanceId}/resize",
)
NEW_INSTANCES = "POST /cloud/project/{serviceName}/instance/bulk"
# Routes that exist, but not in these files: the body and the answer of each.
SNAPSHOT_NAME = {"type": "object", "properties": {"snapshotName": {"type": "string"}}, "required": ["snapshotName"]}
UNPUBLISHED = {
    "GET /me/payment/method/{paymentMethodId}": (None, {"$ref": "payment.method.PaymentMethod"}),
    "GET /me/order/{orderId}/details/{orderDetailId}/operations": (
        None,
        {"type": "array", "items": {"type": "integer"}},
    ),
    "GET /me/order/{orderId}/details/{orderDetailId}/operations/{operationId}": (None, {"type": "object"}),
    "GET /order/cart/{cartId}/vrack/options": (None, {"type": "array", "items": {"type": "object"}}),
    "POST /cloud/project/{serviceName}/instance/{instanceId}/snapshot": (SNAPSHOT_NAME, None),
    "GET /cloud/project/{serviceName}/snapshot/{imageId}": (None, {"$ref": "cloud.image.Image"}),
    "DELETE /cloud/project/{serviceName}/snapshot/{imageId}": (None, None),
}
NOT_PUBLISHED = {"open": False, "query": {}, "required_query": [], "published": False}
# The API's descriptions of itself: of the whole, and of each part.
DESCRIPTIONS = ("GET /", *(f"GET /{name}" for name in FILES))
INTEGER_PARAMETERS = {"paymentMethodId", "orderId", "orderDetailId", "operationId"}
NESTED = ("flavor", "image", "sshKey")
# Null where the published type does not say so: an instance's image is null once that image is gone.
NULL_TOO = [("cloud.instance.InstanceDetail", "image")]
# Seen in real answers, yet not in the published type.
SEEN_TOO = {("cloud.instance.InstanceDetail", "licensePlanCode"): {"type": "string", "nullable": True}}
# Fields that real answers were seen without. All others are always there: what is empty is null.
LEFT_OUT = [
    ("cloud.instance.InstanceDetail", "licensePlanCode"),  # there when the instance is read, not when it is made
    ("cloud.instance.InstanceFlat", "rescuePassword"),
    ("cloud.instance.InstanceInError", "rescuePassword"),
]


def main(folder):
    types: dict[str, Any] = {}
    routes: dict[str, Any] = {}
    for name in FILES:
        published = json.loads((folder / name).read_text())
        for type_name, schema in published["components"]["schemas"].items():
            types[type_name] = without_prose(schema)
        add_routes(published["paths"], routes)
    for name, paths in FURTHER.items():
        published = json.loads((folder / name).read_text())
        methods = {"get"} if name == ONLY_READ else {"get", "post", "put", "delete"}
        kept = {path: {m: one for m, one in published["paths"][path].items() if m in methods} for path in paths}
        add_routes(kept, routes)
        add_named(kept, published["components"]["schemas"], types)
    published_types = json.loads((folder / "types.json").read_text())
    add_type("cloud.instance.InstanceDetail", published_types, types)
    tell_instances_apart(types, routes)
    for name, (body, answer) in UNPUBLISHED.items():
        parameters = {
            parameter: {"type": "integer" if parameter in INTEGER_PARAMETERS else "string"}
            for parameter in re.findall(r"{(\w+)}", name)
        }
        routes[name] = {**NOT_PUBLISHED, "path": parameters, "body": body, "answer": answer}
    routes["GET /order/cart/{cartId}/vrack/options"].update(
        open=True, query={"planCode": {"type": "string"}}, required_query=["planCode"]
    )
    for name in DESCRIPTIONS:
        routes[name] = {**NOT_PUBLISHED, "open": True, "path": {}, "body": None, "answer": {"type": "object"}}
    for type_name, field in NULL_TOO:
        schema = types[type_name]["properties"][field]
        types[type_name]["properties"][field] = {"allOf": [schema], "nullable": True}
    for (type_name, field), schema in SEEN_TOO.items():
        types[type_name]["properties"][field] = schema
    for type_name, field in LEFT_OUT:
        properties = types[type_name]["properties"]
        properties[field] = {**properties[field], "leftOut": True}
    target = Path(__file__).with_name("schema.json")
    target.write_text(json.dumps({"types": types, "routes": routes}, indent=1, sort_keys=True) + "\n")


def add_routes(paths, routes):
    for path, operations in paths.items():
        for method, operation in operations.items():
            if method != "parameters":
                routes[f"{method.upper()} {path}"] = route(operation)


def add_named(part, published_types, types):
    """Add the types that a part of a file names, and those that these name."""
    if isinstance(part, list):
        for one in part:
            add_named(one, published_types, types)
    elif isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix(REFERENCE)
        if name in published_types and name not in types:
            types[name] = without_prose(published_types[name])
            add_named(published_types[name], published_types, types)
        for one in part.values():
            add_named(one, published_types, types)


def tell_instances_apart(types, routes):
    """The published type of an instance merges two forms: flat in the list, nested alone, but flat when in ERROR."""
    merged = types["cloud.instance.Instance"]["properties"]
    flat = {name: schema for name, schema in merged.items() if name not in NESTED}
    in_error = {**flat, "status": {"type": "string", "enum": ["ERROR"]}}
    types["cloud.instance.InstanceFlat"] = {"type": "object", "properties": flat}
    types["cloud.instance.InstanceInError"] = {"type": "object", "properties": in_error}
    routes[INSTANCES]["answer"]["items"] = {"$ref": "cloud.instance.InstanceFlat"}
    forms = ("cloud.instance.InstanceDetail", "cloud.instance.InstanceInError")
    routes[INSTANCE]["answer"] = {"oneOf": [{"$ref": form} for form in forms]}
    either = {"oneOf": [{"$ref": "cloud.instance.InstanceDetail"}, {"$ref": "cloud.instance.InstanceFlat"}]}
    for name in CHANGED_INSTANCES:
        routes[name]["answer"] = either
    routes[NEW_INSTANCES]["answer"]["items"] = either


def route(operation):
    kept = {"open": operation.get("security") == [], "path": {}, "query": {}, "required_query": []}
    for parameter in operation.get("parameters", []):
        if parameter["in"] in ("path", "query"):
            kept[parameter["in"]][parameter["name"]] = without_prose(parameter["schema"])
            if parameter["in"] == "query" and parameter.get("required"):
                kept["required_query"].append(parameter["name"])
    kept["body"] = content(operation.get("requestBody"))
    kept["answer"] = content(operation["responses"].get("200"))
    return kept


def content(part):
    schema = (part or {}).get("content", {}).get("application/json", {}).get("schema")
    return without_prose(schema) if schema else None


def without_prose(schema):
    kept = {}
    for key, value in schema.items():
        if key not in KEPT:
            continue
        if key == "properties":
            value = {name: without_prose(inner) for name, inner in value.items()}
        elif key in ("allOf", "oneOf"):
            value = [without_prose(inner) for inner in value]
        elif isinstance(value, dict):
            value = without_prose(value)
        elif key == "$ref":
            value = value.removeprefix(REFERENCE)
        kept[key] = value
    return kept


def add_type(name, published_types, types):
    """Translate a type of types.json, and those it names, to the form of the other files."""
    if name in types:
        return
    published = published_types[name]
    if "enum" in published:
        types[name] = {"type": "string", "enum": published["enum"]}
        return
    if "alias" in published:
        types[name] = {"type": published["alias"]}
        return
    types[name] = {"type": "object", "properties": {}}
    for field, about in published["fields"].items():
        if "ref" in about:
            add_type(about["ref"], published_types, types)
            schema = {"$ref": about["ref"]}
        else:
            schema = {"type": about["type"].removesuffix("[]")}
        if about["type"].endswith("[]"):
            schema = {"type": "array", "items": schema}
        if about["optional"]:
            schema = {"nullable": True, **({"allOf": [schema]} if "$ref" in schema else schema)}
        types[name]["properties"][field] = schema


if __name__ == "__main__":
    main(Path(sys.argv[1]))
