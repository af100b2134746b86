"""Nonces and quotas that all gateway processes share."""

import multiprocessing

import pytest

from jutong.gateway.errors import CountersFull
from jutong.gateway.shared import NonceTable, Take, UsageTable


@pytest.fixture
def nonces(tmp_path):
    table = NonceTable(tmp_path / "nonces", megabytes=1)
    yield table
    table.close()


def test_a_nonce_is_new_once_and_again_when_its_time_is_over(nonces):
    assert nonces.claim("a", "n", now_s=100, until_s=700)
    assert not nonces.claim("a", "n", now_s=100, until_s=700)
    assert not nonces.claim("a", "n", now_s=700, until_s=1300)
    assert nonces.claim("b", "n", now_s=100, until_s=700)
    assert nonces.claim("a", "n", now_s=701, until_s=1300)


def test_a_full_table_refuses_rather_than_forgets(tmp_path):
    table = NonceTable(tmp_path / "nonces", megabytes=0)  # one bucket of 64
    for number in range(64):
        assert table.claim("a", str(number), now_s=1, until_s=600)
    with pytest.raises(CountersFull):
        table.claim("a", "one more", now_s=1, until_s=600)
    assert table.claim("a", "one more", now_s=601, until_s=1200)
    table.close()


def test_a_table_of_another_size_starts_anew(tmp_path):
    for megabytes in (1, 2):
        table = NonceTable(tmp_path / "nonces", megabytes=megabytes)
        assert table.claim("a", "n", now_s=1, until_s=600)
        table.close()


def test_thousands_of_nonces_are_told_apart(nonces):
    assert all(nonces.claim("a", str(n), now_s=1, until_s=600) for n in range(5000))
    assert not any(nonces.claim("a", str(n), now_s=1, until_s=600) for n in range(5000))


def test_usage_counts_per_day_and_per_second(tmp_path):
    table = UsageTable(tmp_path / "usage")

    def take(day=1, second=10, grant="g"):
        return table.take(grant, day=day, second=second, daily_quota=5, rate_per_second=2)

    assert [take(), take(), take()] == [Take.TAKEN, Take.TAKEN, Take.TOO_FAST]
    assert [take(second=11), take(second=11), take(second=12)] == [Take.TAKEN] * 3
    assert take(second=13) is Take.USED_UP
    assert take(grant="h") is Take.TAKEN
    assert take(day=2, second=99) is Take.TAKEN
    table.close()


def _claim_all(path, results):
    table = NonceTable(path, megabytes=1)
    usage = UsageTable(path.with_name("usage"))
    claimed = sum(table.claim("a", str(n), now_s=1, until_s=600) for n in range(2000))
    taken = sum(
        usage.take("g", day=1, second=1, daily_quota=1500, rate_per_second=10**6) is Take.TAKEN
        for _ in range(1000)
    )
    results.put((claimed, taken))


def test_processes_at_once_claim_each_nonce_once_and_never_exceed_a_quota(tmp_path):
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [context.Process(target=_claim_all, args=(tmp_path / "nonces", results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    counts = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert sum(claimed for claimed, _ in counts) == 2000
    assert sum(taken for _, taken in counts) == 1500


@pytest.mark.parametrize("left_over", [0, 1_048_576])
def test_a_disk_that_fills_up_later_cannot_end_the_process(tmp_path, left_over):
    path = tmp_path / "nonces.table"
    with path.open("wb") as sparse:
        sparse.truncate(left_over)
    NonceTable(path, megabytes=1).close()
    assert path.stat().st_blocks * 512 >= path.stat().st_size == 1_048_576
