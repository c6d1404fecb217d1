# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every message that a user can get, as data: what happened, and what to do now."""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Type, cast

from ._engine.errors import (
    Ambiguous,
    ApiError,
    BadAnswer,
    Bug,
    Configuration,
    FailedState,
    Forbidden,
    Immutable,
    InputProblem,
    NotFound,
    Refused,
    StillDifferent,
    TimedOut,
    Uncertain,
    Unreachable,
    VrackError,
)


class Message(NamedTuple):
    """A message and the class of error that is raised with it. Both texts are templates.

    about: what the documentation says instead of a text that is the API's own.
    """

    raised: Type[VrackError]
    text: str
    advice: str = ""
    about: str = ""


def error(code: str, **values: Any) -> VrackError:
    """The error of that code with its gaps filled."""
    message = MESSAGES[code]
    return message.raised(message.text.format(**values), advice=message.advice.format(**values), code=code)


def api_error(code: str, request: Mapping[str, Any], **values: Any) -> ApiError:
    """The same for a request that did not end well: *request* says which (method, path, status, query_id)."""
    message = MESSAGES[code]
    raised = cast(Type[ApiError], message.raised)
    return raised(message.text.format(**values), advice=message.advice.format(**values), code=code, **request)


def advice(code: str, **values: Any) -> str:
    return MESSAGES[code].advice.format(**values)


# What a plan takes as done by an earlier task, with the warning


def not_made_yet(what: str, name: str) -> str:
    return f"{what} '{name}' does not exist yet; taken as made earlier in this play"


def not_in_region_yet(network: str, region: str) -> str:
    return f"network '{network}' is not in {region} yet; taken as activated earlier in this play"


def no_subnet_yet(network: str, region: str) -> str:
    return f"network '{network}' has no subnet in {region} yet; taken as made earlier in this play"


FAULT = "This is a fault of the API or of this collection: report it"

MESSAGES: Dict[str, Message] = {
    # The machine
    "library_missing": Message(
        Configuration,
        "the Python library ovh is missing for {python} on host {host} ({why})",
        "Install it for this very interpreter ({python} -m pip install 'ovh>=1.2,<2'), or run the task with the "
        "interpreter that runs Ansible: ansible_python_interpreter: '{{{{ ansible_playbook_python }}}}'. Where Ansible "
        "runs in an execution environment, the library has to be built into that",
    ),
    "library_old": Message(
        Configuration,
        "the Python library ovh of {python} on host {host} is older than 1.2, and ovh >= 1.2 is needed",
        "Upgrade it for this very interpreter: {python} -m pip install 'ovh>=1.2,<2'",
    ),
    "bug": Message(Bug, "{what}", Bug.ADVICE, about="An error of another form"),
    # The plan of a description
    "plan_problems": Message(
        InputProblem,
        "{count} problems, and nothing was changed:\n{problems}",
        "Mend them and run it again",
        about="What stands in the way of a description, all at once",
    ),
    "plan_moved": Message(
        InputProblem,
        "what is to be done now goes beyond the plan that was approved: {what}",
        "Nothing was changed. Make a new plan, look at it and approve that",
    ),
    "plan_of_another": Message(
        InputProblem,
        "the plan that was approved is for {approved}, and this one for {now}",
        "Give the plan that was made for this description",
    ),
    "plan_unreadable": Message(
        InputProblem,
        "the plan that was approved cannot be used: {why}",
        "Make it again with ovhcloud.vrack.ovh_plan or the playbook ovhcloud.vrack.check, and save it as JSON",
    ),
    "plan_unwritten": Message(
        InputProblem, "the plan cannot be written to {path}: {why}", "Name a file in a folder that is there"
    ),
    # Credentials
    "credentials_missing": Message(
        Configuration,
        "no complete credentials: {missing} missing; looked in this order in {places}{host}",
        "Give endpoint with application_key, application_secret and consumer_key, or with client_id and "
        "client_secret. Where the credentials are in the environment of the machine that runs the play, run the "
        "task there: delegate_to: localhost",
    ),
    "credentials_both": Message(
        Configuration,
        "both an application key (from {key_from}) and an OAuth2 client (from {client_from}) are given",
        "Leave one of them out",
    ),
    "credentials_mixed": Message(
        Configuration,
        "the credentials come from several places: {parts}",
        "Take all of them from one place, so that it is clear whose account they are",
        about="A warning: parts of the credentials come from different places, such as options and environment",
    ),
    "config_file_missing": Message(Configuration, "config_file {path} does not exist", "Correct the path"),
    "config_file_incomplete": Message(
        Configuration,
        "config_file {path} has no {missing} in its section [{endpoint}]",
        "Complete the section, give all credentials as options, or leave config_file out: a file that is named is not "
        "mixed with the environment or with other files",
    ),
    "config_file_broken": Message(
        Configuration,
        "a configuration file cannot be read: {why} in one of {files}",
        "Correct the file, or give endpoint and credentials as options",
    ),
    "endpoint_not_encrypted": Message(Configuration, "endpoint {endpoint} is not encrypted", "Use an https address"),
    "endpoint_unknown": Message(
        Configuration, "endpoint '{endpoint}' is unknown", "Use one of {known}, or an https address"
    ),
    "credentials_refused": Message(
        Forbidden,
        "{said}",
        "Check the credentials, and that they belong to this endpoint",
        about="The API refuses the credentials",
    ),
    "oauth2_refused": Message(
        Forbidden,
        "{said}",
        "Check client_id and client_secret, and that they belong to this endpoint",
        about="The API gives no token to this OAuth2 client",
    ),
    "application_key_unknown": Message(
        Forbidden,
        "{said}",
        "Check application_key, and that it was made for this endpoint",
        about="403 INVALID_KEY: This application key is invalid",
    ),
    "signature_wrong": Message(
        Forbidden,
        "{said}",
        "application_secret does not belong to application_key (look for a character too many, such as a newline)",
        about="400 INVALID_SIGNATURE: Invalid signature",
    ),
    "clock_wrong": Message(
        Forbidden,
        "{said}",
        "The API's clock says {theirs} and this machine's {ours}: check the clock of the machine that runs the task",
        about="400 QUERY_TIME_OUT: Query out of time",
    ),
    "consumer_key_unknown": Message(
        Forbidden,
        "{said}",
        "Check consumer_key, and that it was made for this application_key",
        about="403 NOT_CREDENTIAL: This credential does not exist",
    ),
    "consumer_key_invalid": Message(
        Forbidden,
        "{said}",
        "consumer_key has expired or was never validated in the browser: validate it, or make a new one",
        about="403 INVALID_CREDENTIAL: This credential is not valid",
    ),
    # Rights
    "right_missing": Message(
        Forbidden,
        "{said}",
        "The key lacks the access rule {rule}; make a new key with it. Where it has that rule, the API does not know a "
        "star in the middle: use a rule that ends after the first star",
        about="403 NOT_GRANTED_CALL: This call has not been granted",
    ),
    "iam_refused": Message(
        Forbidden,
        "{said}",
        "Grant the action {action} in an IAM policy",
        about="403: User not granted for this request",
    ),
    "rights_missing": Message(
        InputProblem,
        "the key lacks {count} access rules that this needs: {rules}",
        "Make a new key with them (rules of a key cannot be changed); the filter ovhcloud.vrack.ovh_access_rules "
        "lists what a whole play needs",
    ),
    # References
    "not_found": Message(NotFound, "no {what} '{ref}'{where}", "Correct the reference, or make the {what} first"),
    "not_offered": Message(NotFound, "no {what} '{ref}'{where}", "Correct the reference"),
    "something_else": Message(
        NotFound,
        "'{ref}' is {meaning}, and {wanted} is wanted here",
        "Give {wanted} by {by}. {found} belongs into {option}",
    ),
    "found_elsewhere": Message(
        NotFound,
        "'{ref}' is {meaning}, and was looked for{where}",
        "Give {wanted} that is there, by {by}, or correct the region or the project",
    ),
    "ambiguous": Message(
        Ambiguous, "'{ref}' fits several {what}s{where}: {candidates}", "Say which one is meant by its id"
    ),
    "id_of_other_region": Message(
        InputProblem,
        "'{ref}' is the id of network '{name}' in {other}, not in {region}",
        "Use the network's name, its VLAN or its id of the form pn-1234_56, which serve in every region",
    ),
    "project_not_in_use": Message(
        InputProblem,
        "project '{project}' ({id}) is {status}",
        "Look at its payment in the control panel; until it is back the API serves nothing of it",
    ),
    "region_not_offered": Message(
        NotFound,
        "region {region} is not offered to project '{project}'",
        "Correct the name, or ask OVHcloud to open the region to the account. In an outage OVHcloud lists a region "
        "neither as the project's nor as one to have: then wait until it is back",
    ),
    "region_unknown": Message(
        NotFound,
        "region {region} is not enabled in the project",
        "Use one of {usable}, or enable the region in the control panel. In an outage OVHcloud does not list a region, "
        "nor what is in it: then wait until it is back, or go on without it by unlisted_regions: skip (for roles and "
        "playbooks by the variable vrack_unlisted_regions)",
    ),
    "no_region_usable": Message(
        InputProblem,
        "no region of the project can take {what} now",
        "Enable one in the control panel, or wait until one is up",
    ),
    "regions_hidden": Message(
        InputProblem,
        "{regions}: not listed by the project now, so what is looked for may be there, and out of sight",
        "Wait until it is listed again, name the region or regions that are meant, or go on without it by "
        "unlisted_regions: skip (for roles and playbooks by the variable vrack_unlisted_regions)",
    ),
    "region_is_local_zone": Message(
        InputProblem,
        "region {region} is a Local Zone, and private networks of a vRack do not reach Local Zones through API v1",
        "Leave the region out; regions that can take the network: {usable}",
    ),
    "region_not_usable": Message(
        InputProblem,
        "region {region} cannot take {what} now ({why})",
        "Use another region: {usable}",
    ),
    # Items
    "twice": Message(InputProblem, "'{what}' stands twice in the list", "Keep one of the two"),
    "beside_list": Message(
        InputProblem, "{options} beside {many}: they belong into its items", "Move them into each item of {many}"
    ),
    "option_needed": Message(InputProblem, "{option} is needed {when}", "Give {option}"),
    "no_text": Message(
        InputProblem,
        "text is wanted for {options}, and a truth value, a number with a point, a list or a mapping was given",
        "Put a word such as yes, or a number such as 1.10, into quotes; look what a template in it makes",
    ),
    "endless_number": Message(
        InputProblem,
        "a number is wanted for {options}, and one without an end was given",
        "Look what a template in it makes; YAML reads .inf and .nan so",
    ),
    "no_list": Message(
        InputProblem,
        "{place}: a list is wanted, and {given} was given",
        "Give a list, each entry of which begins with a dash",
    ),
    "no_names": Message(
        InputProblem,
        "{place}: names are wanted, and {given} was given that holds something else, or is something else",
        "Give a list of texts, or names with commas between them",
    ),
    "no_mapping": Message(
        InputProblem,
        "{places}: a mapping is wanted, and {given} was given",
        "Write each entry as a mapping of its fields, beginning as in '- {example}: ...'",
    ),
    "bad_value": Message(InputProblem, "{option} is '{value}', but must be {wanted}", "Correct {option}"),
    "quota": Message(
        InputProblem,
        "{region}: {asked} {what} more are asked for, and {left} of {limit} are left in the project's quota",
        "Ask for less there, use another region, or have the quota raised in the control panel",
    ),
    "quota_overdrawn": Message(
        InputProblem,
        "{region}: {used} {what} are there and {limit} are allowed, so that what is replaced could not be made again",
        "Leave it as it is, remove others there first, or have the quota raised in the control panel",
    ),
    # vRack
    "vrack_elsewhere": Message(
        InputProblem,
        "project '{project}' is in vRack {service_name} ({name})",
        "Name that vRack, or move the project with ovh_vrack_cloudproject and move: true",
    ),
    "vrack_adopted_by_others": Message(
        InputProblem,
        "the unnamed vRack {service_name} of project '{project}' also holds {others}, so it is not taken over",
        "Name it by service_name to use it all the same",
    ),
    "vrack_service_unknown": Message(
        NotFound, "no vRack has the service name '{ref}'", "Correct service_name, or leave it out to use name"
    ),
    "vrack_name_as_service": Message(
        InputProblem,
        "'{ref}' is the name of vRack '{ref}', and no service name",
        "Give it as name, or {service_names} as service_name",
    ),
    "vrack_service_as_name": Message(
        InputProblem, "'{ref}' is the service name of vRack{called}", "Give it as service_name"
    ),
    "vrack_holds": Message(
        InputProblem,
        "vRack {service_name} still holds {what}",
        "Take them out first: projects with ovh_vrack_cloudproject and state: absent, the rest in the control panel",
    ),
    "vrack_text": Message(
        InputProblem,
        "{option} '{value}' {why}, and a vRack cannot have such a {option}",
        "Give another one: at most 255 characters, no control characters and, in a name, no white space",
    ),
    "vrack_name_refused": Message(
        FailedState,
        "OVHcloud does not let vRack {service_name}, which has been ordered, be called '{name}': {why}",
        "Run the task again with another name: it takes this vRack then, and orders none. "
        "Or give service_name: {service_name} with the new name",
    ),
    "vrack_several_unnamed": Message(
        Ambiguous,
        "several vRacks were ordered and could not be named: {service_names}",
        "Say by service_name which of them is to be called '{name}'",
    ),
    "vrack_termination_mail": Message(
        FailedState,
        "OVHcloud has sent an e-mail with a link that ends vRack {service_name}, and it could not be read over the API",
        "Run the task again with termination_token, the value after 'token=' in the mail's link",
    ),
    # Order
    "order_offer": Message(
        InputProblem,
        "no offer {plan_code} with duration {duration} and pricing mode {pricing_mode}; offered: {offered}",
        "Correct plan_code, duration or pricing_mode",
    ),
    "order_price": Message(
        FailedState,
        "the vRack would cost {price}, so it was not ordered (cart {cart})",
        "A vRack is free of charge: look at the offer in the control panel",
    ),
    "order_price_unknown": Message(
        FailedState,
        "OVHcloud did not say what the vRack would cost, so it was not ordered (cart {cart})",
        "Run the task again later, or order the vRack in the control panel and give its service_name",
    ),
    "order_stray": Message(
        FailedState,
        "a vRack has been ordered in the last {days} days, perhaps by an earlier run, and has no name yet: {orders}. "
        "So none was ordered",
        "Look at it in the control panel: pay or cancel what is open. Give service_name to use a vRack that is there, "
        "or give it a name of its own to have another one ordered",
    ),
    "order_refused": Message(
        FailedState,
        "OVHcloud's order system refused: {why}",
        "No access rule changes that. Order a vRack in the control panel, which says why, and give its service_name",
    ),
    "order_documents": Message(
        FailedState,
        "order {order} is '{status}'",
        "OVHcloud asks for documents: send them by the control panel, then run the task again",
    ),
    "order_cancelled": Message(
        FailedState,
        "order {order} is '{status}'",
        "Ask OVHcloud why. To order again, delete cart {cart} or wait until it expires ({expire})",
    ),
    "order_nameless": Message(
        FailedState,
        "order {order} is delivered, but none of its details names a vRack",
        "Look at order {order} in the control panel and give service_name; nothing is ordered again",
    ),
    "order_lost": Message(
        FailedState,
        "cart {cart} was checked out, but no order of this account fits it",
        "Look at your orders in the control panel. To order again, delete the cart or wait until it expires ({expire})",
    ),
    "order_ambiguous": Message(
        FailedState,
        "cart {cart} was checked out, and each of these orders may be the one that it became: {orders}",
        "Look at them in the control panel, and give the vRack that was delivered its name there or by service_name",
    ),
    "order_unpaid": Message(
        FailedState,
        "order {order} is 'notPaid' and could not be paid: {why}",
        "Pay order {order} in the control panel (it costs nothing) and run the task again",
    ),
    # Attachment
    "vrack_ended": Message(
        FailedState,
        "vRack {service_name} is no longer there",
        "Somebody has ended it. Name another one, or have ovh_vrack order one, and run the task again",
    ),
    "attach_elsewhere": Message(
        InputProblem,
        "project '{project}' is in vRack {service_name} ({name}), not in '{wanted}'{absent}",
        "move: true takes it out of there and puts it into '{wanted}'; its private networks go out of use meanwhile",
    ),
    "attach_overlap": Message(
        InputProblem,
        "project '{project}' brings addresses into the vRack that are in use there: {overlaps}",
        "Give one of the networks another VLAN, or the subnets pools that do not overlap",
    ),
    "attach_in_use": Message(
        InputProblem,
        "project '{project}' cannot leave vRack {service_name}: {instances} have addresses in its private networks",
        "Remove these interfaces first with ovh_instance_interface",
    ),
    "attach_stays": Message(
        FailedState,
        "project '{project}' is not let out of vRack {service_name}: {why}{left}",
        "Remove its private networks first with ovh_private_network, or look in the control panel for what holds it",
    ),
    "attach_left_out": Message(
        FailedState,
        "project '{project}' was taken out of vRack {left}, and vRack {service_name} does not take it: {why}",
        "It is in no vRack now. Once what hinders it is gone, run the task again, or put it back into {left}",
    ),
    "task_cancelled": Message(
        FailedState, "task {task} ({function}) of vRack {service_name} was cancelled", "Run the task again"
    ),
    # Networks
    "project_without_vrack": Message(
        InputProblem,
        "project '{project}' is in no vRack, and a private network needs one",
        "Attach the project first with ovh_vrack_cloudproject",
    ),
    "network_vlan_differs": Message(
        Immutable,
        "network '{name}' has VLAN {vlan_id}, not {wanted}, and a VLAN cannot be changed",
        "Use another name, or remove the network first",
    ),
    "network_name_and_vlan": Message(
        Ambiguous,
        "name '{name}' is network {by_name} and VLAN {vlan_id} is network {by_vlan}",
        "Say which of the two is meant",
    ),
    "network_in_use": Message(
        InputProblem,
        "network '{name}' is in use{where}: {instances} have addresses in it",
        "Remove these interfaces first with ovh_instance_interface, or the instances",
    ),
    "network_error": Message(
        FailedState,
        "network '{name}' ({id}) is in status ERROR",
        "Remove it with state: absent and make it again; OVHcloud's support can say why",
    ),
    "vlans_used_up": Message(InputProblem, "no VLAN is left in the project", "Remove a network first"),
    # Subnets
    "cidr_bad": Message(InputProblem, "'{cidr}' is not an IPv4 network: {why}", "Give cidr as 192.168.0.0/24"),
    "cidr_host_bits": Message(
        InputProblem, "'{cidr}' has bits set behind the prefix", "Give the network itself: {network}"
    ),
    "cidr_small": Message(InputProblem, "{cidr} has no room for a pool", "Give a larger network"),
    "address_bad": Message(InputProblem, "{option} '{value}' is not an IPv4 address", "Correct {option}"),
    "pool_order": Message(InputProblem, "end {end} lies before start {start}", "Exchange them"),
    "pool_outside": Message(InputProblem, "{option} {value} is not an address for hosts in {cidr}", "Correct {option}"),
    "pool_gateway": Message(
        InputProblem,
        "the pool {start} to {end} holds the gateway {gateway_ip}",
        "Begin the pool behind it, or set gateway: false",
    ),
    "pool_overlap": Message(
        InputProblem,
        "pool {start} to {end} in {region} overlaps {other_start} to {other_end} in {other_region} "
        "of network '{network}'",
        "Give each region addresses of its own",
    ),
    "pool_no_room": Message(
        InputProblem,
        "no free part of {cidr} is left for a pool in {region} of network '{network}'",
        "Give start and end; taken: {taken}",
    ),
    "subnet_several": Message(
        Ambiguous, "network '{network}' has several subnets in {region}: {candidates}", "Say which one by its cidr"
    ),
    "subnet_unplaced": Message(
        InputProblem,
        "network '{network}' has subnet {cidr} ({id}) without a pool, and nothing tells which region it is in",
        "Let the credential read GET /cloud/project/*/region/*/network/*/subnet, or give the subnet a pool",
    ),
    "subnet_differs": Message(
        Immutable,
        "the subnet of '{network}' in {region} differs and cannot be changed: {differences}",
        "force: true removes it and makes it anew. {cost}",
    ),
    "subnet_in_use": Message(
        InputProblem,
        "the subnet of '{network}' in {region} is in use: {instances} have addresses in it",
        "Remove these interfaces first with ovh_instance_interface, or the instances",
    ),
    "network_takes_no_more": Message(
        InputProblem,
        "network '{name}' is {status}{where}, so nothing can be put on it",
        "Wait until that has passed, or look at the network in the control panel; one that is gone is made again with "
        "ovh_private_network",
    ),
    "network_region_state": Message(
        FailedState,
        "network '{name}' is {status} in {region}, which is neither ACTIVE nor on the way there",
        "Look at the network in the control panel; OVHcloud's support can say why",
    ),
    "network_not_in_region": Message(
        NotFound,
        "network '{network}' is not active in {region}",
        "Add the region to the network's regions with ovh_private_network",
    ),
    # Keys
    "key_bad": Message(
        InputProblem, "public_key of '{name}' is not an OpenSSH public key: {why}", "Give one line as in id_ed25519.pub"
    ),
    "key_type": Message(
        InputProblem,
        "public_key of '{name}' is of type {type}, which instances are not made with",
        "Give a key of one of these types: {types}",
    ),
    "key_two_ways": Message(
        InputProblem,
        "ssh key '{name}' stands in the list with two contents, or is to be there and not to be there",
        "Keep one of the two",
    ),
    "key_differs": Message(
        Immutable,
        "ssh key '{name}' exists with another key ({there}, wanted {wanted})",
        "force: true replaces it; instances made with it keep the old one",
    ),
    # Instances
    "instance_several": Message(
        Ambiguous,
        "several instances are named '{name}' in {region}: {candidates}",
        "Rename or remove all but one, or name the one meant by its id",
    ),
    "instance_elsewhere": Message(
        InputProblem, "instance '{name}' ({id}) is in {there}, not in {region}", "Correct region, or the id"
    ),
    "instance_going": Message(
        InputProblem,
        "instance '{name}' ({id}) is in status {status}, so it goes and cannot be kept",
        "To have an instance all the same, give a name instead of the id",
    ),
    "instance_error": Message(
        FailedState,
        "instance '{name}' ({id}) is in status {status}",
        "Remove it with state: absent and make it again; quota and the flavor's stock are the usual reasons",
    ),
    "networks_empty": Message(
        InputProblem,
        "networks is empty, which would make an instance without any network",
        "Leave networks out for the public network alone, or name the networks",
    ),
    "network_without_subnet": Message(
        InputProblem,
        "network '{network}' has no subnet in {region}, so no instance can be on it",
        "Make the subnet first with ovh_subnet",
    ),
    "ip_public": Message(InputProblem, "an address cannot be chosen on the public network", "Leave out ip there"),
    "ip_outside": Message(
        InputProblem,
        "ip {ip} lies in no subnet of '{network}' in {region} ({cidrs})",
        "Choose an address in one of them",
    ),
    "ip_reserved": Message(InputProblem, "ip {ip} is the {what} of {cidr}", "Choose another address"),
    "ip_taken": Message(
        InputProblem,
        "ip {ip} on '{network}' is taken by instance '{instance}' ({id})",
        "Choose another address, or take it off there first with ovh_instance_interface",
    ),
    "zone_not_here": Message(
        InputProblem,
        "region {region} has no availability zone '{zone}'{zones}",
        "Leave availability_zone out, or use a region with several zones",
    ),
    "image_does_not_fit": Message(
        InputProblem, "image '{image}' does not fit flavor '{flavor}' ({why})", "Choose another image or flavor"
    ),
    "flavor_unavailable": Message(
        InputProblem, "flavor '{flavor}' is not available in {region} now", "Use another flavor: {near}"
    ),
    "flavor_not_monthly": Message(
        InputProblem, "flavor '{flavor}' has no monthly billing in {region}", "Use billing: hourly"
    ),
    # Interfaces
    "interface_ip_differs": Message(
        Immutable,
        "instance '{instance}' is on '{network}' with address {there}, not {wanted}",
        "Remove the interface first (state: absent), or leave out ip",
    ),
    "interface_several": Message(
        Ambiguous,
        "instance '{instance}' has several interfaces on '{network}': {candidates}",
        "Say which one by its ip",
    ),
    "interface_public_removal": Message(
        InputProblem,
        "removing the public interface of '{instance}' gives {addresses} back for ever",
        "Set allow_public_removal: true if that is wanted",
    ),
    "instance_not_ready": Message(
        InputProblem,
        "instance '{name}' ({id}) is in status {status}, and only a running one takes or loses an interface",
        "{what_to_do}",
    ),
    # The machines themselves
    "guest_root": Message(
        Configuration, "this can be done by root only, and the task runs as {user}", "Run it with become: true"
    ),
    "guest_system": Message(
        Configuration, "{program} is missing on the machine", "It takes a Linux with systemd and iproute2: install it"
    ),
    "guest_unreadable": Message(
        Configuration,
        "what '{command}' prints on the machine can't be read: {said}",
        "Run that command on the machine, and see what is the matter with it",
    ),
    "guest_twice": Message(InputProblem, "the MAC {mac} is asked for twice", "Name each interface once"),
    "guest_defaults": Message(
        InputProblem,
        "more than one interface is to bring the default route: {macs}",
        "Leave default_route: true at one of them",
    ),
    "guest_unfitting": Message(
        InputProblem, "interface {mac} can't have {option}: {why}", "Leave {option} out, or correct what it hangs on"
    ),
    "guest_default_as_route": Message(
        InputProblem, "a default route is asked for as one of routes", "Use default_route: true, and gateway"
    ),
    "guest_no_interface": Message(
        InputProblem,
        "no interface of the machine has the MAC {mac}; there are {macs}",
        "See that the MAC is of this machine, and that the interface is attached (ovh_instance_info shows both)",
    ),
    "guest_public": Message(
        InputProblem,
        "interface {device} ({mac}) has the only default route of the machine, and would lose it",
        "If this is the interface by which it reaches the outside, leave it out, or say default_route: true. If it "
        "took the route from another one, bring that one up first",
    ),
    "guest_two_managers": Message(
        InputProblem,
        "{managers} both manage {device}",
        "Let one of them leave it alone; which one would win is not known",
    ),
    "guest_no_manager": Message(
        InputProblem,
        "it can't be told which manager is to have {device}: {found}",
        "Let one of systemd-networkd, NetworkManager and ifupdown run and manage the machine's first interface",
    ),
    "guest_stanza_elsewhere": Message(
        InputProblem,
        "{device} is described in {paths}, and so can only be kept as it is there",
        "Ask for method dhcp without routes, or take it out of that file (where cloud-init wrote it, by its settings)",
    ),
    "guest_pending": Message(
        InputProblem,
        "another change of this machine's network waits to be confirmed",
        "Wait until it is, or until the machine has taken it back, which is after {seconds} seconds by default",
    ),
    "guest_unarmed": Message(
        Configuration,
        "nothing was changed, for the way back can't be prepared: '{command}' says: {said}",
        "See what is the matter with systemd on the machine",
    ),
    "guest_not_as_asked": Message(
        FailedState,
        "the change was applied and is being taken back, for {what}",
        "See that the network has a DHCP server, or that the address and the router are right",
    ),
    "guest_taken_back": Message(
        FailedState,
        "the machine has taken the change back ({when}), for nobody confirmed it in time",
        "Its network is as it was before. See that the settings leave it reachable, and run it again",
    ),
    # What verify finds on machines
    "guest_no_ping": Message(
        Configuration,
        "the machine lets this user send no echo requests",
        "Run it with become: true, or widen net.ipv4.ping_group_range on the machine",
    ),
    "verify_unreached": Message(
        FailedState,
        "Ansible does not reach the machine: {said}",
        "See whether it runs (ovh_status of the inventory), and whether its default route is by its public interface: "
        "where a private one took that, go in by another machine of the private network, or restart it",
        about="Ansible does not reach the machine",
    ),
    "verify_no_interface": Message(
        FailedState,
        "no interface has the MAC {mac}, which the API gives for network '{network}'",
        "Restart the machine, for it has not seen the interface; look at 'ip link' there",
    ),
    "verify_address": Message(
        FailedState,
        "{wanted}, which the API gives on network '{network}', is on no interface: {device} has {seen}",
        "Configure the interface: role ovhcloud.vrack.instance_network",
    ),
    "verify_no_default": Message(
        FailedState,
        "there is no default route",
        "See what the machine's first interface gets by DHCP; a machine on private networks only needs a gateway, and "
        "default_route: true of the role ovhcloud.vrack.instance_network",
    ),
    "verify_default": Message(
        FailedState,
        "the default route is by {gateway} on {device}, and not on the public interface {public}",
        "Configure {device} with the role ovhcloud.vrack.instance_network, which takes the route from it",
    ),
    "verify_dns": Message(
        FailedState,
        "no name server answers for {name}: {said}",
        "See in /etc/resolv.conf whether a private interface brought its own name servers; the role "
        "ovhcloud.vrack.instance_network takes them away",
    ),
    "verify_no_way": Message(
        FailedState,
        "no interface is on network '{network}', where {peers} are",
        "Configure the interface: role ovhcloud.vrack.instance_network",
    ),
    "verify_silent": Message(
        FailedState,
        "on network '{network}', {peers} did not answer by {device}",
        "See what verify says of these, and whether a firewall there refuses echo requests; between regions, whether "
        "the network reaches both (ovh_private_network_info)",
    ),
    "verify_mtu": Message(
        FailedState,
        "on network '{network}', {peers} answer, but not to whole packets of {mtu} bytes by {device}",
        "Give both the MTU of the way between them: mtu of the role ovhcloud.vrack.instance_network",
    ),
    # The API's answers
    "address_in_use": Message(
        Refused,
        "{said}",
        "Choose another ip, or leave it out. ovh_instance_info shows those of instances; others belong to the "
        "network's own ports, for DHCP takes the first two addresses of a pool",
        about="An address that is asked for is taken",
    ),
    "too_many_requests": Message(
        Unreachable,
        "too many requests, and no turn came before the deadline",
        "Lower max_concurrency, raise wait_timeout, or run fewer jobs with one credential",
    ),
    "redirected": Message(
        Unreachable,
        "the answer was {status} and points to {to}, which was not followed",
        "Requests are signed for the endpoint alone: check endpoint, and what stands between it and this machine",
    ),
    "certificate_untrusted": Message(
        Unreachable,
        "the certificate of {host} is not trusted: {why}",
        "Where a company's proxy or authority signs it, name the file with its certificates in the variable "
        "REQUESTS_CA_BUNDLE; Python's requests does not use the system's own",
    ),
    "bundle_missing": Message(
        Unreachable,
        "{variable} names {path}, which is not there",
        "Correct the variable where the task runs (in an execution environment the file must be in the image or "
        "mounted), or leave it out",
    ),
    "bundle_empty": Message(
        Unreachable, "{variable} names {path}, which holds no certificate", "Name a file with certificates in PEM form"
    ),
    "proxy_unusable": Message(
        Unreachable,
        "the proxy {proxy} {why}",
        "It comes from the environment of the machine that runs the task (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY): correct "
        "it there, or name the endpoint's host in NO_PROXY",
    ),
    "endpoint_unusable": Message(
        Unreachable, "{host} is no host that can be asked", "Correct endpoint, or leave a name of OVHcloud's own"
    ),
    "too_large": Message(BadAnswer, "the answer is larger than any that the API gives", FAULT),
    "too_many_pages": Message(BadAnswer, "the list goes on and on", FAULT),
    "too_late": Message(
        Unreachable,
        "the time was up before this could be asked",
        "Raise wait_timeout (where a module only reads, api_timeout, of which it has ten times)",
    ),
    "no_time": Message(BadAnswer, "the time was expected", FAULT),
    "no_answer": Message(
        Unreachable,
        "{said}",
        "The API had no usable answer. Run the task again later; nothing is lost by it",
        about="No connection, no answer in time, or a status 408 or 5xx, after several attempts",
    ),
    "answer_lost": Message(
        Uncertain,
        "{said}",
        "It may have worked. Run the task again: it looks first, and makes nothing twice",
        about="The answer to a request that changes something was lost",
    ),
    "timed_out": Message(TimedOut, TimedOut.TEXT, TimedOut.ADVICE),
    "still_different": Message(StillDifferent, StillDifferent.TEXT, StillDifferent.ADVICE),
    "not_a_list": Message(BadAnswer, "a list was expected", FAULT),
    "not_an_object": Message(BadAnswer, "an object was expected", FAULT),
    "bad_list": Message(BadAnswer, "a list of {thing} was expected, and something else came", FAULT),
    "bad_answer": Message(BadAnswer, "{thing} came without a proper '{field}'", FAULT),
}
