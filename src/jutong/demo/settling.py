"""Puts the departments of the city, their people, systems and entries in place, each by the one whose task it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.values import SourceDraft
from jutong.control.directory import api as directory
from jutong.control.directory.api import INSTALLER_ACTOR, Actor
from jutong.control.opening import api as opening
from jutong.control.opening.terms import Theme
from jutong.demo import city
from jutong.demo.nouns import Register
from jutong.demo.telling import Tell
from jutong.demo.truth import demo_folder
from jutong.kernel.clock import Clock
from jutong.kernel.errors import ErrorKind, JutongError
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import EntryStatus

REVIEWER: Final = "reviewer"
OWN_HOME_FILE: Final = "own-home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Who is to be there: departments, their systems (code → department, name) and their accounts."""

    departments: tuple[city.DemoDepartment, ...]
    systems: Mapping[str, tuple[str, str]]
    accounts: tuple[city.DemoAccount, ...]


def mark_own_home(home: DataHome) -> None:
    """Remember that nobody used this data home before the demo did: only then may the demo be erased whole."""
    if not directory.departments(active_only=False):
        mark = demo_folder(home.root) / OWN_HOME_FILE
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()


def city_directory(chosen: Sequence[Register]) -> Directory:
    """The departments of the demo city."""
    return Directory(
        departments=city.DEPARTMENTS, systems=city.systems(chosen), accounts=tuple(city.accounts())
    )


def settle_directory(wanted: Directory, *, clock: Clock, tell: Tell) -> None:
    """Regions, departments, systems and accounts; what is there already stays."""
    catalogue.install_classifications(INSTALLER_ACTOR, clock=clock)
    known_regions = {region.code for region in directory.regions()}
    for code, name, level, parent in city.REGIONS:
        if code not in known_regions:
            directory.add_region(
                INSTALLER_ACTOR, code=code, name=name, level=level, parent=parent, clock=clock
            )
    known_departments = {department.code for department in directory.departments(active_only=False)}
    for department in wanted.departments:
        if department.code not in known_departments:
            directory.add_department(
                INSTALLER_ACTOR,
                code=department.code,
                name=department.name,
                short_name=department.short_name,
                uscc=department.uscc,
                region=city.CITY,
                kind=department.kind,
                clock=clock,
            )
    known_systems = {system.code for system in directory.systems()}
    for code, (owner, name) in wanted.systems.items():
        if code not in known_systems:
            directory.add_system(INSTALLER_ACTOR, code=code, name=name, department=owner, clock=clock)
    _settle_accounts(wanted.accounts, clock=clock, tell=tell)


def _settle_accounts(wanted: Sequence[city.DemoAccount], *, clock: Clock, tell: Tell) -> None:
    known = {person.username for person in _people()}
    for number, account in enumerate(wanted, start=1):
        tell(f"创建账号 {account.username}", number, len(wanted))
        if account.username in known:
            continue
        directory.create_person(
            INSTALLER_ACTOR,
            username=account.username,
            display_name=account.display_name,
            password=city.PASSWORD,
            clock=clock,
        )
        directory.give_role(
            INSTALLER_ACTOR,
            username=account.username,
            department=account.department,
            role=account.role,
            clock=clock,
        )


def _people() -> Iterator[directory.PersonView]:
    cursor: str | None = None
    while True:
        page = directory.people(INSTALLER_ACTOR, limit=200, cursor=cursor)
        yield from page.rows
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def officer(department: str) -> Actor:
    return directory.actor_named(city.officer_of(department))


def approver(department: str) -> Actor:
    return directory.actor_named(city.approver_of(department))


def publish_entry(
    department: str, service: str, draft: catalogue.EntryDraft, *, clock: Clock, reason: str = ""
) -> catalogue.EntryView:
    """Draft → submitted → accepted by the department → published by the bureau, from where the entry stands."""
    author = officer(department)
    view = _entry(author, service)
    if view is None:
        view = catalogue.create_entry(author, provider=department, draft=draft, service=service, clock=clock)
    if view.summary.status in {EntryStatus.DRAFT, EntryStatus.RETURNED}:
        view = catalogue.submit(author, service, clock=clock)
    if view.summary.status is EntryStatus.SUBMITTED:
        view = catalogue.accept(approver(department), service, clock=clock)
    if view.summary.status is EntryStatus.BUREAU_REVIEW:
        view = catalogue.publish(directory.actor_named(REVIEWER), service, reason=reason, clock=clock)
    return view


def _entry(actor: Actor, service: str) -> catalogue.EntryView | None:
    try:
        return catalogue.entry(actor, service)
    except JutongError as error:
        if error.kind is ErrorKind.NOT_FOUND:
            return None
        raise


def hook_source(
    service: str,
    draft: SourceDraft,
    *,
    mapping: Mapping[str, str] | None,
    home: DataHome,
    clock: Clock,
) -> collection.BindingView:
    """Register the department's source and hook the entry to it (挂接)."""
    author = officer(draft.department)
    known = {source.code for source in collection.sources(author, department=draft.department)}
    if draft.code not in known:
        collection.add_source(author, draft, home=home, clock=clock)
    hooked = collection.binding(author, service, clock=clock)
    if hooked is not None:
        return hooked
    return collection.bind(author, service=service, source=draft.code, mapping=mapping, clock=clock)


def request_run(department: str, service: str, *, clock: Clock) -> str | None:
    """The id of a run of the entry that waits to be carried out; None when it has landed already."""
    author = officer(department)
    hooked = collection.binding(author, service, clock=clock)
    if hooked is not None and hooked.last_version is not None:
        return None
    last = collection.runs(author, collection.RunFilter(service=service), limit=1).rows
    if last and last[0].status in {RunStatus.QUEUED, RunStatus.RUNNING}:
        return last[0].run_id
    return collection.request_run(author, service, clock=clock).run_id


def open_entry(department: str, service: str, *, theme: Theme, clock: Clock) -> opening.DatasetView:
    """Open what the release gate lets through.

    Raises:
        ReleaseHeld: nothing may go out.
    """
    contract = catalogue.contract_of(service)
    return opening.open_dataset(
        approver(department),
        service,
        items=opening.propose_items(contract),
        theme=theme,
        clock=clock,
        title=contract.title,
    )
