"""Settings are read once, typed, and say which variable is wrong."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from jutong.kernel.settings import Secret, SettingInvalid, Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpSettings(Settings):
    """Settings of a made-up component."""

    rows: int = setting(
        "JUTONG_PUMP_ROWS", default=10, zh="每批行数，整数", en="rows a batch, a whole number"
    )
    folder: Path = setting("JUTONG_PUMP_FOLDER", default=Path("x"), zh="目录", en="folder")
    eager: bool = setting("JUTONG_PUMP_EAGER", default=False, zh="是否抢先", en="eager or not")
    password: Secret = setting("JUTONG_PUMP_PASSWORD", default=Secret(""), zh="口令", en="password")


def test_values_come_from_the_environment_in_their_type_and_defaults_stay():
    settings = PumpSettings.read({"JUTONG_PUMP_ROWS": " 25 ", "JUTONG_PUMP_EAGER": "yes", "OTHER": "1"})
    assert (settings.rows, settings.eager, settings.folder) == (25, True, Path("x"))


def test_an_empty_variable_means_the_default():
    assert PumpSettings.read({"JUTONG_PUMP_ROWS": ""}).rows == 10


def test_a_path_is_a_path():
    assert PumpSettings.read({"JUTONG_PUMP_FOLDER": "/data"}).folder == Path("/data")


@pytest.mark.parametrize(
    ("variable", "text"), [("JUTONG_PUMP_ROWS", "many"), ("JUTONG_PUMP_EAGER", "perhaps")]
)
def test_a_wrong_value_names_the_variable_and_says_what_to_do(variable, text):
    with pytest.raises(SettingInvalid) as caught:
        PumpSettings.read({variable: text})
    assert variable in caught.value.message("zh")
    assert caught.value.message("zh").endswith("重新启动。")


def test_a_secret_is_never_printed():
    settings = PumpSettings.read({"JUTONG_PUMP_PASSWORD": "hunter2"})
    assert "hunter2" not in f"{settings} {settings.password!r} {settings.password}"
    assert settings.password.reveal() == "hunter2"


def test_every_setting_describes_itself():
    info = PumpSettings.describe()[0]
    assert (info.variable, info.default, info.zh) == ("JUTONG_PUMP_ROWS", 10, "每批行数，整数")
