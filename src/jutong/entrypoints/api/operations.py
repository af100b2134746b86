"""Every operation of the API, in the order in which the manual shows them."""

from collections.abc import Mapping
from typing import Final

from jutong.control.catalogue.http import OPERATIONS as CATALOGUE
from jutong.control.directory.http import Operation
from jutong.control.duties.http import OPERATIONS as DUTIES
from jutong.control.harvest.http import OPERATIONS as HARVEST
from jutong.control.interchange.dcat.http import OPERATIONS as DCAT
from jutong.control.lists.http import OPERATIONS as LISTS
from jutong.control.standards.http import OPERATIONS as STANDARDS
from jutong.entrypoints.api.push import OPERATIONS as PUSH

# (Chinese, English) → operations
GROUPS: Final[Mapping[tuple[str, str], tuple[Operation, ...]]] = {
    ("目录", "Catalogue"): CATALOGUE,
    ("事项", "Duties"): DUTIES,
    ("标准", "Standards"): STANDARDS,
    ("三清单", "Lists"): LISTS,
    ("外部目录采集", "Harvest"): HARVEST,
    ("数据推送", "Push"): PUSH,
    ("DCAT-AP", "DCAT-AP"): DCAT,
}


def operations() -> tuple[Operation, ...]:
    return tuple(operation for group in GROUPS.values() for operation in group)


def by_path() -> Mapping[str, Mapping[str, Operation]]:
    """Path → method → operation."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in operations():
        found.setdefault(operation.path, {})[operation.method] = operation
    return found
