"""Harvest jobs follow a catalogue through changes, deletions and interruptions, and never stay open."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.directory.errors import PermissionDenied
from jutong.control.harvest import adopting
from jutong.control.harvest import api as harvest
from jutong.control.harvest.api import HarvestedFilter, JobStatus, RecordState, SourceDraft
from jutong.control.harvest.errors import HarvestActive, JobConflict, NotAdopted, SourceInvalid
from jutong.control.harvest.models import StagedRecord
from jutong.dataflow.catalogues import CatalogueSettings
from jutong.processes.harvest import harvest_turn
from jutong.vocabulary.catalogue import EntryStatus
from jutong.vocabulary.harvest import CatalogueKind
from tests.support.catalogues import LOOPBACK, Site, a_dataset, a_site, turtle
from tests.support.control import CIVIL, a_city

pytestmark = pytest.mark.django_db
OPTIONS = CatalogueSettings(allowed_networks=LOOPBACK)
ALL = HarvestedFilter(state=None)


@pytest.fixture
def city(tmp_path):
    return a_city(tmp_path / "home")


@pytest.fixture(scope="module")
def running_site():
    with a_site() as made:
        yield made


@pytest.fixture
def site(running_site) -> Site:
    running_site.answers.clear()
    running_site.asked.clear()
    running_site.before = lambda _path: None
    return running_site


def a_source(city, site, code="parks", kind=CatalogueKind.DATA_JSON, path="/data.json", **more):
    draft = SourceDraft(code=code, name="园林平台", kind=kind, address=f"{site.root}{path}", **more)
    return harvest.add_source(city.reviewer, draft, clock=city.clock)


def visit(city, source="parks", *, worker="w", turn_s=60.0):
    asked = harvest.request_harvest(city.reviewer, source, clock=city.clock)
    return carry_on(city, asked.job_id, worker=worker, turn_s=turn_s)


def carry_on(city, job_id, *, worker="w", turn_s=60.0):
    harvest_turn(job_id, home=city.home, clock=city.clock, worker=worker, options=OPTIONS, turn_s=turn_s)
    return harvest.job(city.reviewer, job_id)


def counts(job):
    return job.added, job.changed, job.unchanged, job.gone


def known(city, where=ALL):
    return {row.record.identifier: row for row in harvest.harvested(city.reviewer, where, limit=200).rows}


def test_a_second_visit_takes_only_what_is_new_changed_or_gone(city, site):
    a_source(city, site)
    site.put("/data.json", {"dataset": [a_dataset(number) for number in range(10)]})
    assert counts(visit(city)) == (10, 0, 0, 0)
    changed = [a_dataset(1, title="Another name"), *(a_dataset(number) for number in range(2, 11))]
    site.put("/data.json", {"dataset": changed})
    second = visit(city)
    assert second.status is JobStatus.DONE
    assert counts(second) == (1, 1, 8, 1)
    assert known(city)["parks-1"].record.title == "Another name"
    assert known(city)["parks-0"].state is RecordState.GONE
    site.put("/data.json", {"dataset": [a_dataset(number) for number in range(11)]})
    visit(city)
    assert known(city)["parks-0"].state is RecordState.PRESENT, "what comes back is there again"
    assert StagedRecord.objects.count() == 0


def test_an_answer_that_did_not_change_is_not_even_sent(city, site):
    a_source(city, site)
    body = {"dataset": [a_dataset(number) for number in range(3)]}
    site.put("/data.json", body, headers={"ETag": '"1"'})
    visit(city)
    again = visit(city)
    assert (again.status, counts(again)) == (JobStatus.DONE, (0, 0, 3, 0))
    site.put("/data.json", {"dataset": body["dataset"][:2]}, headers={"ETag": '"2"'})
    assert counts(visit(city)) == (0, 0, 2, 1)


def test_a_shrunken_answer_waits_for_a_persons_word(city, site):
    a_source(city, site)
    site.put("/data.json", {"dataset": [a_dataset(number) for number in range(20)]})
    visit(city)
    site.put("/data.json", {"dataset": [a_dataset(number) for number in range(10)]})
    held = visit(city)
    assert held.status is JobStatus.HELD
    assert len(known(city, HarvestedFilter())) == 20, "nothing is taken over before someone says so"
    with pytest.raises(HarvestActive):
        harvest.request_harvest(city.reviewer, "parks", clock=city.clock)
    with pytest.raises(PermissionDenied):
        harvest.decide_job(city.civil_officer, held.job_id, go_on=True, clock=city.clock)
    refused = harvest.decide_job(city.reviewer, held.job_id, go_on=False, clock=city.clock)
    assert (refused.status, refused.error_code) == (JobStatus.FAILED, "harvest.shrink_refused")
    held = visit(city)
    harvest.decide_job(city.reviewer, held.job_id, go_on=True, clock=city.clock)
    done = carry_on(city, held.job_id)
    assert (done.status, done.gone) == (JobStatus.DONE, 10)
    assert len(known(city, HarvestedFilter())) == 10


def test_an_empty_catalogue_is_held_however_small_it_was(city, site):
    a_source(city, site)
    site.put("/data.json", {"dataset": [a_dataset(1), a_dataset(2)]})
    visit(city)
    site.put("/data.json", {"dataset": []})
    assert visit(city).status is JobStatus.HELD


def test_a_visit_that_breaks_off_deletes_nothing_and_goes_on_at_its_page(city, site):
    a_source(city, site, kind=CatalogueKind.DCAT, path="/1")
    for page in (1, 2, 3):
        following = f"/{page + 1}" if page < 3 else ""
        site.put(f"/{page}", turtle(page * 2, page * 2 + 1, following=following), "text/turtle")
    visit(city)
    assert len(known(city)) == 6
    whole = site.answers["/3"]
    site.put("/3", b"", status=503)
    site.asked.clear()
    broken = visit(city)
    assert (broken.status, broken.failures, broken.pages) == (JobStatus.QUEUED, 1, 2)
    assert len(known(city, HarvestedFilter())) == 6
    assert harvest.waiting_jobs(SYSTEM_ACTOR, clock=city.clock) == (), "not before a minute has passed"
    city.clock.advance(timedelta(minutes=2))
    assert [job for job, _ in harvest.waiting_jobs(SYSTEM_ACTOR, clock=city.clock)] == [broken.job_id]
    site.answers["/3"] = whole
    done = carry_on(city, broken.job_id)
    assert (done.status, counts(done)) == (JobStatus.DONE, (0, 0, 6, 0))
    assert site.asked == ["/1", "/2", "/3", "/3"], "pages that were taken are not asked for again"


def test_a_source_that_never_answers_ends_the_job(city, site):
    a_source(city, site)
    job = visit(city)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "catalogues.refused")
    site.put("/data.json", b"", status=500)
    job = visit(city)
    for _ in range(3):
        assert job.status is JobStatus.QUEUED
        city.clock.advance(timedelta(hours=1))
        job = carry_on(city, job.job_id)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "catalogues.unreachable")


def test_pages_that_lead_in_a_circle_end_the_job(city, site):
    a_source(city, site, kind=CatalogueKind.DCAT, path="/1")
    site.put("/1", turtle(1, following="/2"), "text/turtle")
    site.put("/2", turtle(2, following="/1"), "text/turtle")
    job = visit(city)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "harvest.catalogue_loops")


def test_a_turn_ends_so_that_other_work_is_done(city, site):
    a_source(city, site, kind=CatalogueKind.DCAT, path="/1")
    site.put("/1", turtle(1, following="/2"), "text/turtle")
    site.put("/2", turtle(2), "text/turtle")
    job = visit(city, turn_s=0.0)
    turns = 1
    while job.status is JobStatus.QUEUED:
        job, turns = carry_on(city, job.job_id, turn_s=0.0), turns + 1
    assert (job.status, job.added) == (JobStatus.DONE, 2)
    assert turns > 2


def test_no_job_stays_running_for_ever(city, site):
    a_source(city, site)
    job = harvest.request_harvest(city.reviewer, "parks", clock=city.clock)
    for _ in range(4):
        harvest.start_job(SYSTEM_ACTOR, job.job_id, worker="lost", clock=city.clock)
        with pytest.raises(JobConflict):
            harvest.start_job(SYSTEM_ACTOR, job.job_id, worker="other", clock=city.clock)
        city.clock.advance(timedelta(minutes=6))
        assert harvest.end_lost_jobs(SYSTEM_ACTOR, clock=city.clock) == 1
    ended = harvest.job(city.reviewer, job.job_id)
    assert (ended.status, ended.error_code) == (JobStatus.EXPIRED, "harvest.job_expired")
    harvest.request_harvest(city.reviewer, "parks", clock=city.clock)


def test_a_worker_that_lost_its_lease_can_write_nothing(city, site):
    a_source(city, site)
    job = harvest.request_harvest(city.reviewer, "parks", clock=city.clock)
    harvest.start_job(SYSTEM_ACTOR, job.job_id, worker="slow", clock=city.clock)
    city.clock.advance(timedelta(minutes=6))
    harvest.start_job(SYSTEM_ACTOR, job.job_id, worker="quick", clock=city.clock)
    with pytest.raises(JobConflict):
        harvest.pause_job(SYSTEM_ACTOR, job.job_id, worker="slow", clock=city.clock)


def test_sources_are_visited_by_their_cycle(city, site):
    a_source(city, site, code="nightly")
    a_source(city, site, code="by_hand", cycle=harvest.HarvestCycle.BY_HAND)
    assert harvest.due_sources(SYSTEM_ACTOR, clock=city.clock) == ()
    city.clock.advance(timedelta(days=1))
    assert harvest.due_sources(SYSTEM_ACTOR, clock=city.clock) == ("nightly",)
    harvest.request_harvest(SYSTEM_ACTOR, "nightly", clock=city.clock)
    assert harvest.due_sources(SYSTEM_ACTOR, clock=city.clock) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "Bad Code"},
        {"name": " "},
        {"address": "ftp://x/"},
        {"address": "http://a b"},
        {"shrink_limit": 101},
    ],
)
def test_a_source_that_cannot_be_is_refused(city, changes):
    draft = SourceDraft(code="fine", name="x", kind=CatalogueKind.CKAN, address="http://x.example/")
    with pytest.raises(SourceInvalid):
        harvest.add_source(city.reviewer, replace(draft, **changes), clock=city.clock)
    with pytest.raises(PermissionDenied):
        harvest.add_source(city.civil_officer, draft, clock=city.clock)


@pytest.fixture
def adopted(city, site):
    a_source(city, site)
    site.put("/data.json", {"dataset": [a_dataset(1), a_dataset(2, title=""), a_dataset(3)]})
    visit(city)
    keys = [row.key for row in known(city).values()]
    return {
        one.key: one for one in harvest.adopt(city.civil_officer, keys, department=CIVIL, clock=city.clock)
    }


def test_entries_are_adopted_as_drafts_and_one_that_cannot_be_does_not_stop_the_others(city, adopted):
    made = [one for one in adopted.values() if one.service]
    failed = [one for one in adopted.values() if not one.service]
    assert (len(made), len(failed)) == (2, 1)
    assert failed[0].error_zh
    entry = catalogue.entry(city.civil_officer, made[0].service)
    assert entry.summary.status is EntryStatus.DRAFT
    assert entry.present.provider_unit == "Parks office"
    assert "园林平台" in entry.present.abstract
    assert entry.present.classification == "211", "Environment is 生态环保"
    again = harvest.adopt(city.civil_officer, [made[0].key], department=CIVIL, clock=city.clock)
    assert again[0].service == made[0].service


def test_a_later_change_at_the_source_is_proposed_and_what_people_wrote_stays(city, site, adopted):
    one = next(row for row in known(city).values() if row.record.identifier == "parks-1")
    service = one.adopted_service
    view = catalogue.entry(city.civil_officer, service)
    written = replace(view.present, contact_phone="0571-88888888")
    catalogue.save_entry(city.civil_officer, service, written, revision=view.revision, clock=city.clock)
    with pytest.raises(NotAdopted):
        harvest.accept_change(city.civil_officer, one.key, clock=city.clock)
    site.put("/data.json", {"dataset": [a_dataset(1, title="New name"), a_dataset(2), a_dataset(3)]})
    visit(city)
    assert known(city)["parks-1"].proposes
    assert catalogue.entry(city.civil_officer, service).present.title != "New name", "never silently"
    with pytest.raises(EntryNotFound):
        harvest.accept_change(city.tax_officer, one.key, clock=city.clock)
    before, after = harvest.proposed_change(city.civil_officer, one.key)
    assert (before.title, after.title) == ("Parks of district 1", "New name")
    harvest.accept_change(city.civil_officer, one.key, clock=city.clock)
    present = catalogue.entry(city.civil_officer, service).present
    assert (present.title, present.contact_phone) == ("New name", "0571-88888888")
    assert not known(city)["parks-1"].proposes


def test_a_proposed_change_may_be_left_alone(city, site, adopted):
    site.put("/data.json", {"dataset": [a_dataset(1, title="New name"), a_dataset(2), a_dataset(3)]})
    visit(city)
    one = known(city)["parks-1"]
    harvest.dismiss_change(city.civil_officer, one.key, clock=city.clock)
    assert not known(city)["parks-1"].proposes
    site.put("/data.json", {"dataset": [a_dataset(1, title="Newer"), a_dataset(2), a_dataset(3)]})
    visit(city)
    assert known(city)["parks-1"].proposes, "the next change is proposed again"


def test_findings_are_counted_by_whose_matter_they_are(city, site):
    a_source(city, site)
    datasets = [a_dataset(n, theme=["Moonbeams"], landingPage="nowhere") for n in range(4)]
    site.put("/data.json", {"dataset": datasets})
    visit(city)
    found = {(one.side, one.code): one.records for one in harvest.finding_counts(city.reviewer, "parks")}
    assert found == {("ours", "theme_unmapped"): 4, ("theirs", "address_invalid"): 4}
    assert len(known(city, HarvestedFilter(side="ours"))) == 4
    assert harvest.count_harvested(city.reviewer, HarvestedFilter(text="district 3")) == 1


@pytest.mark.slow
def test_a_killed_worker_is_followed_by_one_that_goes_on_at_its_page(tmp_path, site):
    """kill -9 in the middle of a page, in a process of its own with its own data home."""
    home = tmp_path / "platform"
    for page in range(1, 6):
        following = f"/{page + 1}" if page < 5 else ""
        site.put(f"/{page}", turtle(page, following=following), "text/turtle")
    site.before = lambda path: time.sleep(30) if path == "/3" else None
    root = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ,
        "JUTONG_HOME": str(home),
        "JUTONG_HARVEST_ALLOWED_NETWORKS": LOOPBACK,
        "DJANGO_SETTINGS_MODULE": "jutong.entrypoints.django_settings",
        "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)]),
    }
    command = [sys.executable, "-m", "tests.support.harvest_home"]
    first = subprocess.Popen([*command, "begin", f"{site.root}/1"], env=environment, cwd=root)
    deadline = time.monotonic() + 60
    while "/3" not in site.asked and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    site.before = lambda _path: None
    done = subprocess.run(
        [*command, "go-on"], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["done", "5"]
    assert site.asked == ["/1", "/2", "/3", "/3", "/4", "/5"]


def test_two_who_adopt_the_same_entry_at_once_make_one(city, adopted, monkeypatch):
    """The later one read the entry before the earlier had adopted it."""
    (done, *_) = [one for one in adopted.values() if one.service]
    stale = adopting.find_record(done.key)
    stale.adopted = None
    monkeypatch.setattr(adopting, "find_record", lambda _key: stale)
    before = catalogue.count_entries(city.civil_officer)
    (late,) = harvest.adopt(city.civil_officer, [done.key], department=CIVIL, clock=city.clock)
    assert (late.service, "just adopted" in late.error_en) == ("", True)
    assert catalogue.count_entries(city.civil_officer) == before
