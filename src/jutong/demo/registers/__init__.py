"""The registers of the demo city, a module a group of departments."""

from jutong.demo.nouns import Register
from jutong.demo.registers.land import LAND
from jutong.demo.registers.people import PEOPLE
from jutong.demo.registers.public import PUBLIC
from jutong.demo.registers.work import WORK


def registers(*, postgresql: bool = False) -> tuple[Register, ...]:
    """Every register of the city, in order of departments; with `postgresql` enterprises come from a server."""
    from jutong.demo.registers.work import on_postgresql

    found = (*PEOPLE, *WORK, *LAND, *PUBLIC)
    return tuple(on_postgresql(each) for each in found) if postgresql else found


__all__ = ["registers"]
