"""The two HTTP servers, each with its application and the doorman before it."""

from vectrayd.models.catalogue import Catalogue
from vectrayd.models.orders import Orders
from vectrayd.transport.desk import Desk
from vectrayd.transport.doors import Address, HttpDoor
from vectrayd.transport.http.app import EMBEDDINGS, MODELS, make_app
from vectrayd.transport.http.doorman import Doorman
from vectrayd.transport.http.listener import Listener
from vectrayd.transport.http.metrics_app import METRICS, make_metrics_app
from vectrayd.transport.metrics import Metrics
from vectrayd.transport.observing import Observer
from vectrayd.transport.rules import RULES
from vectrayd.transport.tokens import Token


def make_metrics() -> Metrics:
    """Return counters that tell apart all calls of all doors."""
    return Metrics([*RULES, EMBEDDINGS, MODELS, METRICS])


def embeddings_listener(
    door: HttpDoor, token: Token, observer: Observer, *, desk: Desk, catalogue: Catalogue, orders: Orders
) -> Listener:
    """Return what serves embeddings to whoever has the token."""
    address = door.door.address
    own_name = str(address).rpartition(":")[0]  # with the brackets of IPv6
    hosts = {*door.hosts, own_name}
    app = Doorman(make_app(desk, catalogue, orders), observer, hosts=hosts, origins=door.origins, token=token)
    return Listener(app, address, door.door.tls)


def metrics_listener(address: Address, metrics: Metrics) -> Listener:
    """Return what shows metrics to the programs of this machine. They say how much is done, not what."""
    return Listener(Doorman(make_metrics_app(metrics), metrics), address)
