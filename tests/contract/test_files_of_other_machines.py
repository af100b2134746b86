"""SFTP and S3: daily files are found, fetched into the data home and read; whatever stands between is told apart."""

import io
from dataclasses import replace

import paramiko
import pytest

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.connectors.testing import CheckStep, check_source
from jutong.kernel.errors import JutongError
from tests.support.files import rows_of, write_text
from tests.support.s3_server import s3_server
from tests.support.sftp_server import PASSWORD, sftp_server

KEY = paramiko.ECDSAKey.generate(bits=256)
SMALL = replace(ReadLimits(), connect_timeout_s=5, max_file_mb=1)
DAYS = ("2024-01-01", "2024-01-02", "2024-01-05")
PATTERN = "成交_{date}.csv"


def _content(day):
    return f"编号,日期\n1,{day}\n"


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    folder = tmp_path_factory.mktemp("remote") / "住建"
    folder.mkdir()
    for day in DAYS:
        write_text(folder / f"成交_{day}.csv", _content(day))
    write_text(folder / "成交_2024-01-06.csv.part", "编号\n")
    (folder / "大_2024-01-01.csv").write_bytes(b"a,b\n" + b"1,2\n" * 300_000)
    write_text(folder / "锁_2024-01-01.forbidden", "a\n")
    return folder.parent


@pytest.fixture(scope="module")
def sftp(remote):
    with sftp_server(remote, admitted=KEY) as server:
        yield server


@pytest.fixture(scope="module")
def s3(remote):
    with s3_server() as server:
        for path in (remote / "住建").iterdir():
            server.objects[f"住建/{path.name}"] = path.read_bytes()
        server.objects["住建/里面/成交_2030-01-01.csv"] = b"a\n"
        server.forbidden.add("住建/锁_2024-01-01.forbidden")
        yield server


@pytest.fixture
def root(tmp_path):
    (tmp_path / "sources").mkdir()
    return tmp_path / "sources"


def _sftp(server, **options):
    return server.options(path="住建", pattern=PATTERN, quiet_s="0", **options)


def _s3(server, **options):
    return server.options(prefix="住建", pattern=PATTERN) | options


@pytest.fixture(params=["sftp", "s3"])
def place(request):
    server = request.getfixturevalue(request.param)
    make = _sftp if request.param == "sftp" else _s3
    return request.param, lambda **options: make(server) | options


def test_the_newest_file_is_read_and_its_copy_goes(place, root):
    kind, options = place
    source = open_connector(kind, options(), root=root, limits=SMALL)
    assert rows_of(source) == [("1", "2024-01-05")]
    assert source.delivered_at.isoformat() == "2024-01-04T16:00:00+00:00"
    assert {one.code for one in source.findings()} == {"days_missing", "files_unfinished"}
    assert [one.name for one in source.files] == [f"成交_{day}.csv" for day in DAYS]
    fetched = root.parent / "fetched"
    assert fetched.stat().st_mode & 0o777 == 0o700
    assert len(list(fetched.iterdir())) == 1
    source.choose(source.files[0])
    assert rows_of(source) == [("1", "2024-01-01")]
    del source
    assert not list(fetched.iterdir())


def test_a_connection_test_passes_every_step(place, root):
    kind, options = place
    check = check_source(kind, options(), root=root, limits=SMALL)
    assert check.passed, check.code
    assert all(step.passed for step in check.steps)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"pattern": "别的_{date}.csv"}, "file_missing"),
        ({"pattern": "大_{date}.csv"}, "file_too_large"),
        ({"pattern": "锁_{date}.forbidden", "format": "csv"}, "place_forbidden"),
        ({"pattern": "a.csv"}, "option_invalid"),
    ],
)
def test_what_cannot_be_read_is_told(place, wrong, code, root):
    kind, options = place
    with pytest.raises(JutongError) as raised:
        open_connector(kind, options(**wrong), root=root, limits=SMALL).columns()
    assert raised.value.code == f"connectors.{code}"


@pytest.mark.parametrize(
    ("wrong", "code", "step"),
    [
        ({"password": "falsch"}, "place_sign_in_refused", CheckStep.SIGN_IN),
        ({"fingerprint": "SHA256:" + "A" * 43}, "host_key_differs", CheckStep.SIGN_IN),
        ({"fingerprint": "aa:bb"}, "option_invalid", CheckStep.OPTIONS),
        ({"fingerprint": ""}, "option_invalid", CheckStep.OPTIONS),
        ({"private_key": "kein Schlüssel"}, "option_invalid", CheckStep.OPTIONS),
        ({"path": "没有"}, "place_folder_missing", CheckStep.RECOGNISED),
        ({"port": "1"}, "port_closed", CheckStep.PORT),
    ],
)
def test_what_keeps_us_from_an_sftp_server_is_told(sftp, wrong, code, step, root):
    check = check_source("sftp", _sftp(sftp) | wrong, root=root, limits=SMALL)
    assert check.code == f"connectors.{code}"
    assert [one.step for one in check.steps if one.passed is False] == [step]
    told = " ".join(one.zh + one.en for one in check.steps)
    assert PASSWORD not in told


@pytest.mark.parametrize(
    ("wrong", "code", "step"),
    [
        ({"secret_key": "falsch"}, "place_sign_in_refused", CheckStep.SIGN_IN),
        ({"access_key": "niemand"}, "place_sign_in_refused", CheckStep.SIGN_IN),
        ({"bucket": "nobody-knows"}, "place_folder_missing", CheckStep.RECOGNISED),
        ({"bucket": "K"}, "option_invalid", CheckStep.OPTIONS),
        ({"endpoint": "oss.example"}, "option_invalid", CheckStep.OPTIONS),
        ({"endpoint": "http://127.0.0.1:1"}, "port_closed", CheckStep.PORT),
    ],
)
def test_what_keeps_us_from_a_bucket_is_told(s3, wrong, code, step, root):
    check = check_source("s3", _s3(s3, **wrong), root=root, limits=SMALL)
    assert check.code == f"connectors.{code}"
    assert [one.step for one in check.steps if one.passed is False] == [step]


def test_a_private_key_signs_in_without_a_password(sftp, root):
    text = io.StringIO()
    KEY.write_private_key(text, password="合成")
    options = _sftp(sftp) | {"private_key": text.getvalue(), "password": "合成"}
    assert rows_of(open_connector("sftp", options, root=root, limits=SMALL))
    other = io.StringIO()
    paramiko.ECDSAKey.generate(bits=256).write_private_key(other)
    with pytest.raises(JutongError) as raised:
        open_connector("sftp", options | {"private_key": other.getvalue(), "password": ""}, root=root)
    assert raised.value.code == "connectors.place_sign_in_refused"


def test_an_object_that_was_replaced_meanwhile_is_not_read(s3, root):
    s3.objects["x/变_2024-01-01.csv"] = b"a\n1\n"
    source = open_connector("s3", _s3(s3, prefix="x", pattern="变_{date}.csv"), root=root, limits=SMALL)
    s3.objects["x/变_2024-01-01.csv"] = b"a\n2\n"
    with pytest.raises(JutongError) as raised:
        source.columns()
    assert (raised.value.code, raised.value.retryable) == ("connectors.file_changing", True)


@pytest.mark.parametrize("kind", ["sftp", "s3"])
def test_a_missing_package_is_named_with_its_extra(kind, root, request, monkeypatch):
    options = (_sftp if kind == "sftp" else _s3)(request.getfixturevalue(kind))
    monkeypatch.setitem(__import__("sys").modules, {"sftp": "paramiko", "s3": "minio"}[kind], None)
    with pytest.raises(JutongError) as raised:
        open_connector(kind, options, root=root)
    assert (raised.value.code, raised.value.detail["extra"]) == ("connectors.driver_missing", kind)
