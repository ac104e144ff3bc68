"""A look through a folder where no agent runs, made in this process from the same parts."""

from collections.abc import Iterator
from concurrent.futures import Future

from vectray_client.agent.surveys import foreseen
from vectray_client.cli.reaching import embedder_for
from vectray_client.config import Config
from vectray_client.freshness import check_eligible
from vectray_client.sdk.programs import the_daemon
from vectray_client.sdk.rendezvous import is_up
from vectray_client.sdk.surveyed import Survey
from vectray_client.store.errors import IndexMissing
from vectray_client.store.reading import open_reader
from vectray_client.surveying.ground import Ground, ground_of, real_home
from vectray_client.surveying.prospect import Prospect
from vectray_client.surveying.survey import survey


def survey_by_hand(folder: str, config: Config) -> Iterator[Survey]:
    """Yield what is known so far of a folder, given by its real path. A daemon is asked about its model if one runs; none is started.

    Raises:
        OwnFolder, FolderMissing, NotAFolder: it cannot be indexed, or is out of reach by now.
        IndexFault: the index cannot be read.

    """
    check_eligible(folder, config.scope)
    ground = ground_here(folder, config)
    with embedder_for(config) as embedder:
        is_there = is_up(the_daemon(config.places))
        yield from survey(ground, foreseen(embedder, ground.model) if is_there else _nothing_known(ground))


def ground_here(folder: str, config: Config) -> Ground:
    """Return what is known of an eligible folder before anything in it is looked at.

    Raises:
        IndexFault: the index cannot be read.

    """
    try:
        with open_reader(config.index_file) as reader:
            return ground_of(folder, config.scope, reader, home=real_home(), model=config.model)
    except IndexMissing:
        return ground_of(folder, config.scope, None, home=real_home(), model=config.model)


def _nothing_known(ground: Ground) -> "Future[Prospect]":
    prospect: Future[Prospect] = Future()
    prospect.set_result(Prospect(model=ground.model))
    return prospect
