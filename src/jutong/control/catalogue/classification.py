"""The classification tree (信息资源分类): 类, 项, 目, 细目."""

from typing import Final

from django.db import transaction

from jutong.control.catalogue.codes import CodeWidths, class_of
from jutong.control.catalogue.errors import ClassificationInvalid
from jutong.control.catalogue.models import Classification
from jutong.control.catalogue.settings import CatalogueSettings
from jutong.control.catalogue.values import ClassificationView
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import ResourceClass

DEFAULTS: Final = CatalogueSettings()

# Names: 1272号 and sc.gov.cn (domain §2.1); the numbers of the 项 are a product default, to be replaced by the city's own.
STARTING_TREE: Final = (
    ("1", "基础信息资源"),
    ("101", "人口"),
    ("102", "法人单位"),
    ("103", "自然资源和空间地理"),
    ("104", "社会信用"),
    ("105", "电子证照"),
    ("2", "主题信息资源"),
    ("201", "公共服务"),
    ("202", "健康保障"),
    ("203", "社会保障"),
    ("204", "食品药品安全"),
    ("205", "安全生产"),
    ("206", "价格监管"),
    ("207", "能源安全"),
    ("208", "信用体系"),
    ("209", "城乡建设"),
    ("210", "社区治理"),
    ("211", "生态环保"),
    ("212", "应急维稳"),
    ("3", "部门信息资源"),
    ("307", "省级及以下部门"),
)


def add_classification(
    actor: Actor, *, code: str, name: str, clock: Clock, settings: CatalogueSettings = DEFAULTS
) -> ClassificationView:
    """Add a level. `code` is the whole front part so far: `1` (类), `101` (项), `101001` (目), longer (细目).

    Raises:
        ClassificationInvalid: the code does not end with a segment, its parent is missing, or it is taken.
    """
    require(actor, Permission.CLASSIFICATION_MANAGE)
    widths = CodeWidths.parse(settings.code_widths)
    depth, parent, resource_class = widths.depth(code), widths.parent(code), class_of(code)
    problem = ("", "")
    if depth == 0 or resource_class is None:
        problem = ("位数或首位与段宽不符", "its length or first digit does not fit")
    elif parent and not Classification.objects.filter(code=parent).exists():
        problem = ("上级分类不存在", "its parent does not exist")
    elif Classification.objects.filter(code=code).exists():
        problem = ("编码已存在", "it exists already")
    if problem[0] or resource_class is None:
        raise ClassificationInvalid(
            key=code, reason_zh=problem[0], reason_en=problem[1], widths=widths.text()
        )
    with transaction.atomic():
        row = Classification.objects.create(
            code=code,
            name=name,
            depth=depth,
            resource_class=resource_class.value,
            parent_id=parent or None,
        )
        record(
            actor,
            AuditAction.CLASSIFICATION_ADD,
            at=clock.now(),
            object_type="classification",
            object_id=code,
        )
    return _view(row)


def install_classifications(actor: Actor, *, clock: Clock) -> None:
    """Add what is missing of the starting tree; safe to run again."""
    known = set(Classification.objects.values_list("code", flat=True))
    for code, name in STARTING_TREE:
        if code not in known:
            add_classification(actor, code=code, name=name, clock=clock)


def classifications() -> tuple[ClassificationView, ...]:
    """The whole tree, by code."""
    rows = Classification.objects.order_by("code").values_list(
        "code", "name", "depth", "resource_class", "parent_id"
    )
    return tuple(
        ClassificationView(
            code=code, name=name, depth=depth, resource_class=ResourceClass(kind), parent=parent
        )
        for code, name, depth, kind, parent in rows
    )


def path_of(code: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every level down to `code`."""
    path: list[tuple[str, str]] = []
    row = Classification.objects.filter(code=code).first() if code else None
    while row is not None:
        path.insert(0, (row.code, row.name))
        row = row.parent
    return tuple(path)


def _view(row: Classification) -> ClassificationView:
    return ClassificationView(
        code=row.code,
        name=row.name,
        depth=row.depth,
        resource_class=ResourceClass(row.resource_class),
        parent=row.parent_id,
    )
