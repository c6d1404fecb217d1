# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that exists: the account and its records, the settings, and the world around them.

Rules cross resources (ports in use, a project's vRack, quotas), so records live together here and in cloud_state.py.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from simulator.clock import Clock
from simulator.cloud_settings import CloudSettings
from simulator.cloud_state import CloudState
from simulator.drawing import Drawing
from simulator.kindness import Kindness, unkind
from simulator.timeline import Timeline

Seconds = float | Sequence[float]
ZONE = timezone(timedelta(hours=2))


@dataclass
class Settings(CloudSettings, Kindness):
    """Durations (virtual seconds; a number, or [low, high] for a random one) and switches."""

    # Nothing that is cruel: what the marked settings are with `--kind`.
    kind: bool = False
    # Are parameters that the schema doesn't have refused?
    strict: bool = False
    # Real seconds added to each answer.
    latency: float = 0.0
    # By which ids a network answers: `"pn"` (pn-1100042_42), `"openstack"`, or `"both"`.
    network_ids: str = "both"
    # Do lists of objects come in pages where a client asks for it?
    pagination: bool = True
    # How many of a hundred reads and writes answer 500 (a write before or after its effect), never one twice in a row?
    reads_fail: float = unkind(1.0)
    # The same of writes.
    writes_fail: float = unkind(3.0)
    # Real seconds between what a request is checked against and its effect, in which others pass.
    racing: float = unkind(0.01)
    # Does a rule's path take its one star at the end only? Elsewhere it may or may not mean something.
    rules_end_in_star: bool = False
    # Lists come in any order.
    shuffled_lists: bool = unkind(True, kindly=False)

    # Until an order that was paid is checked.
    order_checking: Seconds = field(default_factory=lambda: [5, 20])
    # Until what was ordered is there.
    order_delivering: Seconds = field(default_factory=lambda: [30, 120])
    # For so long the details of a new order are an empty list.
    order_details_empty: Seconds = unkind(3)
    # The status in which orders end.
    order_outcome: str = "delivered"
    # Seconds after the checkout by which an order is paid although nobody has paid it.
    order_pays_itself: float | None = None
    # Does the first question after an order's status answer 500?
    order_status_fails_once: bool = unkind(True, kindly=False)
    # By how much the account's lists of carts and of orders run behind. By its id each is known at once.
    cart_visible_after: Seconds = unkind([1, 5])
    # The same of orders.
    order_visible_after: Seconds = unkind([1, 5])
    # Until the list of vRacks shows a new one.
    vrack_visible_after: Seconds = unkind([2, 8])
    # Until a new vRack takes a project.
    vrack_usable_after: Seconds = unkind(0)
    # Until a vRack that was ended is gone.
    vrack_ending: Seconds = field(default_factory=lambda: [10, 30])
    # What names and descriptions of vRacks look like: a space in a name is refused, more isn't known.
    vrack_names: str = r"[^\s\x00-\x1f\x7f]{1,255}"
    # The same of descriptions.
    vrack_descriptions: str = r"[^\x00-\x1f\x7f]{0,255}"
    # May a project leave its vRack while it has private networks?
    detach_with_networks: bool = False
    # For so long a task of a vRack is `init`.
    task_init: Seconds = field(default_factory=lambda: [2, 5])
    # And then `todo`.
    task_todo: Seconds = field(default_factory=lambda: [0, 3])
    # And then `doing`, until it is over.
    task_doing: Seconds = field(default_factory=lambda: [10, 30])
    # How long a task that is over is still shown as `done`. Terraform fails on one that it meets.
    task_done_shown: Seconds = 0
    # Until an operation of a project is over.
    operation_running: Seconds = field(default_factory=lambda: [10, 30])

    # Until a new network can be seen.
    network_invisible: Seconds = unkind([2, 8])
    # Until it is ACTIVE in a region.
    region_building: Seconds = field(default_factory=lambda: [30, 60])
    # Until one that was removed is gone.
    network_deleting: Seconds = field(default_factory=lambda: [5, 20])
    # Until a region that is taken off a network is gone from it: at once, or soon.
    network_region_deleting: Seconds = field(default_factory=lambda: [0, 10])
    # A new subnet is listed at once: Terraform reads it back directly.
    subnet_invisible: Seconds = unkind(0)
    # Until the list shows a new instance.
    instance_invisible: Seconds = unkind([0, 3])
    # Until it is ACTIVE.
    instance_building: Seconds = field(default_factory=lambda: [30, 90])
    # Until one that was removed is gone.
    instance_deleting: Seconds = field(default_factory=lambda: [5, 20])
    # An instance is ACTIVE before the API shows its interfaces, each for itself, and those before their addresses.
    interface_invisible: Seconds = unkind([1, 8])
    # Until an interface shows its address.
    address_invisible: Seconds = unkind([0, 8])
    # Until one that was added is ACTIVE.
    interface_building: Seconds = field(default_factory=lambda: [2, 10])
    # Until one that was taken off is gone.
    interface_deleting: Seconds = field(default_factory=lambda: [2, 10])
    # For so long an instance that is gone holds its addresses.
    port_release_after_delete: Seconds = field(default_factory=lambda: [2, 10])
    # Until a region that was asked for is UP.
    region_enabling: Seconds = field(default_factory=lambda: [10, 30])

    # Do orders go as in the United States?
    us_orders: bool = False
    # What a vRack costs.
    vrack_price: float = 0.0
    # The account's method of payment.
    default_payment_method: str | None = None
    # Means of payment that an order refuses.
    refused_payment_means: list[str] = field(default_factory=list)
    # For so long a token of a service account holds.
    oauth2_token_lifetime: float = 3599.0
    # By how much the clock of a signature may be wrong.
    signature_tolerance: float = 300.0


@dataclass
class Vrack:
    service_name: str
    name: str = ""
    description: str = ""
    iam_id: str = ""
    created: float = 0.0
    visible_from: float = 0.0
    usable_from: float = 0.0
    projects: list[str] = field(default_factory=list)
    # What else it holds, by the end of the route that lists it.
    holds: dict[str, list[str]] = field(default_factory=dict)
    termination_token: str | None = None


@dataclass
class VrackTask:
    id: int
    vrack: str
    function: str
    project: str
    created: float
    todo_from: float
    doing_from: float
    done_at: float
    shown_until: float


@dataclass
class CartItem:
    item_id: int
    plan_code: str
    duration: str
    pricing_mode: str
    quantity: int
    price: float
    configurations: dict[int, dict[str, str]] = field(default_factory=dict)


@dataclass
class Cart:
    cart_id: str
    subsidiary: str
    description: str
    expire: str
    created: float
    ends_at: float
    assigned: bool = False
    listed_from: float = 0.0
    read_only: bool = False
    items: dict[int, CartItem] = field(default_factory=dict)
    coupons: list[str] = field(default_factory=list)


@dataclass
class Order:
    order_id: int
    cart_id: str
    description: str
    price: float
    secret: str
    date: float
    expiration: float
    plans: list[CartItem] = field(default_factory=list)
    detail_ids: list[int] = field(default_factory=list)
    services: dict[int, str] = field(default_factory=dict)
    details_from: float = 0.0
    listed_from: float = 0.0
    paid_with: str | None = None
    paid_at: float | None = None
    delivering_from: float | None = None
    ends_at: float | None = None
    outcome: str = "delivered"
    status_failures_left: int = 0


@dataclass
class PaymentMethod:
    id: int
    type: str
    default: bool
    created: float


@dataclass
class Email:
    id: int
    subject: str
    body: str
    date: float


@dataclass
class Account:
    nichandle: str = "ab123456-ovh"
    subsidiary: str = "FR"
    currency: str = "EUR"
    country: str = "FR"
    vracks: dict[str, Vrack] = field(default_factory=dict)
    tasks: dict[int, VrackTask] = field(default_factory=dict)
    carts: dict[str, Cart] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    payment_methods: dict[int, PaymentMethod] = field(default_factory=dict)
    emails: dict[int, Email] = field(default_factory=dict)
    cloud: CloudState = field(default_factory=CloudState)

    def vrack_of(self, project: str) -> Vrack | None:
        """The vRack that a project is attached to."""
        return next((vrack for vrack in self.vracks.values() if project in vrack.projects), None)


class World:
    """The account in its time. Handlers run one after the other, each at one frozen moment."""

    def __init__(self, seed=1, settings: Settings | None = None, clock: Clock | None = None):
        self.seed = seed
        self.settings = settings or Settings()
        self.clock = clock or Clock()
        self.access: Any = None
        self.clear(seed)

    def clear(self, seed):
        """Back to an account that holds nothing."""
        self.seed = seed
        self.drawing = Drawing(seed, "the beginning")
        self._times: Counter[str] = Counter()
        self.timeline = Timeline()
        self.account = Account()
        self._moment = self.clock.now()

    def put_back(self, account: Account) -> None:
        """This account instead, with nothing to come. What is drawn later is still not what was drawn for it once."""
        self.timeline = Timeline()
        self.account = account

    def begin(self, asked: str) -> None:
        """From here on it is this request, or a maker, or an effect, that draws."""
        self._times[asked] += 1
        self._asked = f"{asked} {self._times[asked]}"
        self.drawing = Drawing(self.seed, asked, self._times[asked])

    @property
    def rng(self) -> random.Random:
        return self.drawing.rng

    def tick(self):
        """Let happen what is due, then stand still for one request."""
        now = self.clock.now()
        while due := self.timeline.pop_due(now):
            self._moment, effect, (asked, *args) = due
            self.begin(asked)
            effect(*args)
        self._moment = now

    def now(self) -> float:
        return self._moment

    def timestamp(self, moment: float | None = None) -> str:
        moment = self.now() if moment is None else moment
        return datetime.fromtimestamp(moment, ZONE).isoformat(timespec="seconds")

    def after(self, seconds, effect, *args):
        """Have `effect(*args)` run when that much virtual time has passed."""
        self.timeline.add(self.now() + seconds, effect, (f"effect of {self.drawing.name}", *args))

    def duration(self, name: str) -> float:
        """The value of a duration in the settings; a range is drawn from."""
        value = getattr(self.settings, name)
        if isinstance(value, (list, tuple)):
            value = self.rng.uniform(*value)
        return float(value)

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def hex_id(self) -> str:
        """32 hexadecimal digits, as projects have."""
        return uuid.UUID(int=self.rng.getrandbits(128), version=4).hex

    def number(self, digits: int) -> int:
        return self.rng.randrange(10 ** (digits - 1), 10**digits)

    def token(self, length: int) -> str:
        alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return "".join(self.rng.choices(alphabet, k=length))

    def shuffled(self, items) -> list:
        """Lists come in any order."""
        items = list(items)
        if self.settings.shuffled_lists:
            self.drawing.order_rng.shuffle(items)
        return items
