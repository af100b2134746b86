"""A small demo city, generated once for each seed and kept for the session."""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from jutong.demo.build import make_city, plan_city
from jutong.demo.truth import CityRecord
from jutong.kernel.home import DataHome

TODAY = date(2026, 11, 20)


@cache
def small_city(seed: int = 1, scale: float = 0.05, copy: int = 0) -> tuple[DataHome, CityRecord]:
    """A data home with the sources of a city of `scale` × 20,000 persons; another `copy` is generated anew."""
    home = DataHome(Path(mkdtemp(prefix=f"jutong-city-{copy}-")))
    home.create()
    return home, make_city(home, plan_city(scale, seed, TODAY))
