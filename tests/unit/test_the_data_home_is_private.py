"""Whose eyes the data home is for."""

import stat

from jutong.kernel.crypto.keys import platform_key
from jutong.kernel.home import DataHome


def modes(home: DataHome) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in (home.root, *home.root.iterdir())}


def test_nobody_else_on_the_machine_may_look_into_what_the_platform_made(tmp_path):
    home = DataHome(tmp_path / "new" / "home")
    platform_key(home, "session")  # the first thing that any process asks for
    home.create()
    assert modes(home) == {0o700}


def test_a_drop_folder_that_was_opened_for_others_stays_open(tmp_path):
    home = DataHome(tmp_path / "home")
    home.create()
    home.sources.chmod(0o770)
    home.create()
    assert stat.S_IMODE(home.sources.stat().st_mode) == 0o770
