"""`vectray doctor`: what is wrong with this installation, and what to do about it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from vectray.places import Places, find_places
from vectray_client.agent.diagnosed import seen_desktop
from vectray_client.cli.arguments import JSON
from vectray_client.cli.reaching import daemon_state, running_agent
from vectray_client.cli.terminal import print_json, printable, screen
from vectray_client.config import BadConfig, read_config
from vectray_client.diagnosis.evidence import Evidence
from vectray_client.diagnosis.findings import Finding, findings
from vectray_client.diagnosis.looking import look
from vectray_client.diagnosis.report import report, report_text
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState

State = TypeVar("State")


@click.command("doctor")
@click.option("--report", "wants_report", is_flag=True, help="Print facts that may be shown to others.")
@JSON
@click.pass_context
def command(context: click.Context, *, wants_report: bool, as_json: bool) -> None:
    """Tell what is wrong with this installation, each with what to do. Starts nothing.

    The exit status is 0 where nothing is wrong, else 1. The report holds no path, name or query.
    """
    evidence = _evidence(find_places())
    found = findings(evidence)
    if as_json:
        print_json({"findings": [_as_json(finding) for finding in found], "report": report(evidence)})
    elif wants_report:
        screen().print(report_text(evidence), markup=False, end="")
    else:
        _show(found)
    context.exit(1 if found else 0)


def _evidence(places: Places) -> Evidence:
    try:
        read_config()
        config_fault = None
    except BadConfig as fault:
        config_fault = fault
    return look(
        places,
        agent=_told(lambda: _agent_state(places)),
        daemon=_told(lambda: daemon_state(places)),
        desktop=seen_desktop(),
        config_fault=config_fault,
    )


def _told(ask: Callable[[], State]) -> State | VectrayClientError:
    """What a program says, or why it does not."""
    try:
        return ask()
    except VectrayClientError as error:
        return error


def _agent_state(places: Places) -> AgentState | None:
    with running_agent(places) as agent:
        return agent.state() if agent else None


def _show(found: Sequence[Finding]) -> None:
    for finding in found:
        screen().print(f"{printable(finding.sentence)}\n    {printable(finding.remedy)}", markup=False)
    if not found:
        screen().print("Nothing is wrong.")


def _as_json(finding: Finding) -> dict[str, object]:
    return {"kind": finding.kind, "sentence": finding.sentence, "remedy": finding.remedy}
