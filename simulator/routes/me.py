# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/me: the account, its credentials and its e-mails."""

from __future__ import annotations

from simulator.errors import not_found
from simulator.routes.auth import credential_json
from simulator.routing import route


@route("GET", "/me")
def get_me(call):
    account = call.world.account
    unset = (
        "area birthCity birthDay companyNationalIdentificationNumber complementaryAddress corporationType fax "
        "italianSDI nationalIdentificationNumber organisation phoneType purposeOfPurchase sex spareEmail vat"
    )
    return {
        **dict.fromkeys(unset.split()),
        "address": "1 rue de l'Exemple",
        "city": "Roubaix",
        "country": account.country,
        "currency": {"code": account.currency, "symbol": "€"},
        "customerCode": "1234-5678-90",
        "email": "demo@example.org",
        "firstname": "Demo",
        "kycValidated": False,
        "language": "fr_FR",
        "legalform": "individual",
        "name": "User",
        "nichandle": account.nichandle,
        "ovhCompany": "ovh",
        "ovhSubsidiary": account.subsidiary,
        "phone": "+33.123456789",
        "phoneCountry": account.country,
        "state": "complete",
        "zip": "59100",
    }


@route("GET", "/me/api/credential/{credentialId}")
def get_credential(call):
    return credential_json(call.world, _credential(call))


@route("DELETE", "/me/api/credential/{credentialId}")
def delete_credential(call):
    del call.world.access.credentials[_credential(call).consumer_key]


def _credential(call):
    for credential in call.world.access.credentials.values():
        if credential.credential_id == int(call.path["credentialId"]):
            return credential
    raise not_found("The requested object (credentialId) does not exist")


@route("GET", "/me/notification/email/history")
def list_emails(call):
    return call.world.shuffled(call.world.account.emails)


@route("GET", "/me/notification/email/history/{id}")
def get_email(call):
    email = call.world.account.emails.get(int(call.path["id"]))
    if email is None:
        raise not_found(f"The requested object (id = {call.path['id']}) does not exist")
    return {"id": email.id, "subject": email.subject, "body": email.body, "date": call.world.timestamp(email.date)}
