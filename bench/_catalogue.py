"""A made-up city catalogue of any size, the same for the same numbers: drafts, and a control database filled with them.

from bench._catalogue import drafts, fill, prepare
drafts(9000, 31000)                     # (department code, EntryDraft), nothing of the platform needed
prepare(home); fill(20000, 70000)       # a migrated data home (SQLite, or PostgreSQL with `database_url`)
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from bench._subjects import (
    ASPECTS,
    CASE_ITEMS,
    CITY_DEPARTMENTS,
    DISTRICTS,
    FIGURE_ITEMS,
    PERSON_ITEMS,
    PLACE_ITEMS,
    UNIT_ITEMS,
    WITH_DISTRICT_OFFICES,
)
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import (
    DEFAULT_MASKS,
    SHARING_STRICTNESS,
    DataType,
    FormatClass,
    Level,
    Meaning,
    OpenType,
    ResourceClass,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REVIEWER, OFFICER, PASSWORD = "bench_reviewer", "bench_officer", "Jutong-bench-2026"
CITY = "330100"
BATCH = 500
LEAST = 2
"""Items of the smallest entry."""
SPREAD = (1, 0, 2, 1, 4, 0, 1, 3)
# A subject with one of these is about persons, any other about units.
OF_PERSONS = [
    "人",
    "员",
    "对象",
    "婚",
    "学籍",
    "身份",
    "居住证",
    "养老保险",
    "社保",
    "医保",
    "生育",
    "公积金",
    "就业",
    "优待",
    "安置",
    "师",
    "驾驶",
    "资格",
]

# (classification, resource class) that a subject may fall under; the starting tree has them all.
CLASSES = (
    ("307", ResourceClass.DEPARTMENT), ("201", ResourceClass.THEME), ("203", ResourceClass.THEME),
    ("102", ResourceClass.BASE), ("208", ResourceClass.THEME), ("209", ResourceClass.THEME),
    ("101", ResourceClass.BASE), ("211", ResourceClass.THEME),
)  # fmt: skip
FORMATS = (
    (FormatClass.DATABASE, "mysql"),
    (FormatClass.DATABASE, "oracle"),
    (FormatClass.DATABASE, "Dm"),
    (FormatClass.SPREADSHEET, "xlsx"),
    (FormatClass.SERVICE, "REST"),
    (FormatClass.SELF_DESCRIBED, "json"),
)


def departments() -> tuple[tuple[str, str, str, str | None], ...]:
    """115 departments: (code, name, region, code of the department above)."""
    city = [(code, name, CITY, None) for code, name, _ in CITY_DEPARTMENTS]
    names = {code: name for code, name, _ in CITY_DEPARTMENTS}
    offices = [
        (f"{code}_{short}", district + names[code].removeprefix("市"), region, code)
        for region, district, short in DISTRICTS
        for code in WITH_DISTRICT_OFFICES
    ]
    return tuple(city + offices)


def systems() -> tuple[tuple[str, str, str], ...]:
    """Two systems a department: (code, name, department)."""
    return tuple(
        (f"{code}_{suffix}"[:31], name + label, code)
        for code, name, _, _ in departments()
        for suffix, label in (("ywxt", "业务管理系统"), ("sjpt", "数据平台"))
    )


def drafts(count: int, items: int, *, seed: int = 0) -> Iterator[tuple[str, EntryDraft]]:
    """`count` drafts with `items` items in all, each with its department's code, department by department in turn.

    At least two items an entry; no two titles are alike while `count` is at most 20,000.
    """
    random = Random(seed)
    subjects = {code: words.split() for code, _, words in CITY_DEPARTMENTS}
    places = departments()
    for number in range(count):
        code, name, _, above = places[number % len(places)]
        turn = number // len(places)
        words = subjects[above or code]
        subject = words[turn % len(words)]
        aspect, sentence, frequency = ASPECTS[(turn // len(words)) % len(ASPECTS)]
        again = turn // (len(words) * len(ASPECTS))
        title = (
            ("" if above is None else name[:2])
            + subject
            + aspect
            + (f"（{2026 - again}年）" if again else "")
        )
        wanted = LEAST + _share(number + 1, count, items) - _share(number, count, items)
        yield (
            code,
            _draft(random, title, sentence.format(subject=subject), name, frequency, wanted, code, aspect),
        )


def _share(number: int, count: int, items: int) -> int:
    """How many of the items beyond the least the first `number` entries have: some have many, most few."""
    rounds, rest = divmod(number, len(SPREAD))
    weight = rounds * sum(SPREAD) + sum(SPREAD[:rest])
    whole = (count // len(SPREAD)) * sum(SPREAD) + sum(SPREAD[: count % len(SPREAD)])
    return weight * (items - LEAST * count) // whole if whole else 0


def _draft(
    random: Random,
    title: str,
    sentence: str,
    office: str,
    frequency: str,
    wanted: int,
    department: str,
    aspect: str,
) -> EntryDraft:
    sharing = random.choices(tuple(SharingType), weights=(4, 5, 1))[0]
    opened = OpenType.NOT_OPEN if sharing is SharingType.NOT_SHARED else random.choice(tuple(OpenType))
    classification, resource_class = random.choice(CLASSES)
    format_class, format_ = random.choice(FORMATS)
    chosen = _items(random, title, aspect, wanted, sharing, opened)
    return EntryDraft(
        title=title,
        abstract=f"{office}{sentence}。",
        classification=classification,
        resource_class=resource_class,
        provider_unit=random.choice(("信息中心", "综合处", "行政审批处", "政策法规处", "业务一科")),
        format_class=format_class,
        format=format_,
        items=chosen,
        sharing_type=sharing,
        sharing_condition="用于本部门履职中的核验，不得另作他用"
        if sharing is SharingType.CONDITIONAL
        else "",
        sharing_reason="" if sharing is SharingType.UNCONDITIONAL else "涉及个人信息或商业秘密",
        basis_document="政务数据共享条例" if sharing is SharingType.NOT_SHARED else "",
        basis_number="国令第809号" if sharing is SharingType.NOT_SHARED else "",
        basis_article="第十四条" if sharing is SharingType.NOT_SHARED else "",
        open_type=opened,
        open_condition="实名登记并说明用途" if opened is OpenType.CONDITIONAL else "",
        update_frequency=UpdateFrequency(frequency),
        system=f"{department}_{random.choice(('ywxt', 'sjpt'))}"[:31],
        contact_name="测试联系人",
        contact_phone=f"0571-8{random.randrange(10**6, 10**7)}",
        scene="一件事联办",
        assessment="已评估，风险可控" if any(item.level.rank >= 3 for item in chosen) else "",
        storage_mb=random.randrange(1, 4000),
        row_count=random.randrange(100, 3_000_000),
        query_keys=((chosen[0].field,),),
    )


def _items(
    random: Random, title: str, aspect: str, wanted: int, sharing: SharingType, opened: OpenType
) -> tuple[InformationItem, ...]:
    """The key first, then as many as wanted of the kind of record and of its handling."""
    if aspect == "统计数据":
        pool = [*FIGURE_ITEMS]
    elif aspect == "点位信息":
        pool = [*PLACE_ITEMS]
    else:
        pool = [*(PERSON_ITEMS if any(word in title for word in OF_PERSONS) else UNIT_ITEMS)]
    first, rest = pool[0], [*pool[1:], *CASE_ITEMS]
    random.shuffle(rest)
    rest += [
        (f"扩展指标{n}", f"ext_{n}", "text", 60, None, "l1") for n in range(1, max(0, wanted - len(rest)) + 1)
    ]
    return tuple(
        _item(row, key=place == 0, sharing=sharing, opened=opened)
        for place, row in enumerate([first, *rest][: max(2, wanted)])
    )


def _item(row: tuple, *, key: bool, sharing: SharingType, opened: OpenType) -> InformationItem:
    name, field, data_type, length, meaning, level = row
    recognised = Meaning(meaning) if meaning else None
    personal = Level(level).rank >= 3
    strictest = max(
        (sharing, SharingType.CONDITIONAL) if personal else (sharing,),
        key=lambda one: SHARING_STRICTNESS[one],
    )
    return InformationItem(
        name=name,
        field=field,
        data_type=DataType(data_type),
        length=length,
        required=key,
        key=key,
        level=Level(level),
        sharing_type=strictest,
        open_type=OpenType.NOT_OPEN if personal else opened,
        meaning=recognised,
        mask=DEFAULT_MASKS.get(recognised) if recognised and personal else None,
        description=f"{name}，由业务系统自动采集",
    )


def prepare(home: os.PathLike | str, database_url: str = "") -> None:
    """Point this process at a data home of its own, and bring its control database up to date."""
    os.environ["JUTONG_HOME"] = str(home)
    os.environ["JUTONG_DATABASE_URL"] = database_url
    os.environ["DJANGO_SETTINGS_MODULE"] = "jutong.entrypoints.django_settings"
    import django

    django.setup()
    from jutong.entrypoints.starting import prepare_home

    prepare_home()


def found(*, people: bool = True) -> None:
    """Regions, departments, systems, classification; and two people who may sign in."""
    from jutong.control.catalogue.api import install_classifications
    from jutong.control.directory import api as directory
    from jutong.control.directory.models import Department, Region, System
    from jutong.kernel.clock import FixedClock

    clock, installer = FixedClock(NOW), directory.INSTALLER_ACTOR
    install_classifications(installer, clock=clock)
    Region.objects.create(code=CITY, name="样例市", level=directory.RegionLevel.CITY.value)
    Region.objects.bulk_create(
        [
            Region(code=c, name=n, level=directory.RegionLevel.COUNTY.value, parent_id=CITY)
            for c, n, _ in DISTRICTS
        ]
    )
    pks: dict[str, int] = {}
    for code, name, region, above in departments():
        kind = "bureau" if code == "bureau" else "district" if above else "department"
        parent = pks[above] if above else None
        pks[code] = Department.objects.create(
            code=code, name=name, uscc=uscc(len(pks)), kind=kind, region_id=region, parent_id=parent
        ).pk
    System.objects.bulk_create(
        [System(code=c, name=n, department_id=pks[d], created_at=NOW) for c, n, d in systems()]
    )
    if people:
        for account, department, role in (
            (REVIEWER, "bureau", directory.Role.BUREAU_REVIEWER),
            (OFFICER, "minzheng", directory.Role.DEPARTMENT_OFFICER),
        ):
            directory.create_person(
                installer, username=account, display_name="测量", password=PASSWORD, clock=clock
            )
            directory.give_role(installer, username=account, department=department, role=role, clock=clock)


def uscc(number: int) -> str:
    """A made-up unified social credit code with right check characters."""
    from jutong.vocabulary.identifiers.organisation import organisation_check, uscc_check

    body = f"11330100{number:08d}"
    body += organisation_check(body[8:])
    return body + uscc_check(body)


def fill(count: int, items: int, *, seed: int = 0, draft_share: int = 20) -> list[int]:
    """Fill the founded database: entries published with their versions, one in `draft_share` still a draft.

    Gives the keys of the entries. Call `found()` first.
    """
    from django.db import transaction

    from jutong.control.catalogue.api import index_many
    from jutong.control.catalogue.models import AllocatedCode, CodeSequence
    from jutong.control.directory.models import Department, System

    owners = {row.code: row for row in Department.objects.all()}
    system_keys = dict(System.objects.values_list("code", "pk"))
    made: list[int] = []
    with transaction.atomic():
        batch: list[tuple] = []
        for number, (code, draft) in enumerate(drafts(count, items, seed=seed)):
            batch.append((number, owners[code], draft, system_keys[draft.system], number % draft_share != 1))
            if len(batch) == BATCH:
                made += _write(batch)
                batch = []
        made += _write(batch)
        index_many(made)
        for front in set(AllocatedCode.objects.values_list("code", flat=True)):
            CodeSequence.objects.update_or_create(front=front.partition("/")[0], defaults={"last": count})
    return made


def _write(batch: list[tuple]) -> list[int]:
    from jutong.control.catalogue import rows
    from jutong.control.catalogue.models import (
        AllocatedCode,
        AllocatedService,
        Entry,
        EntryVersion,
        Item,
    )

    entries, versions = [], []
    for number, owner, draft, system, published in batch:
        service = f"{owner.code}_{number:06d}"
        code = f"{draft.classification.ljust(12, '0')}/{number + 1:06d}" if published else None
        at = NOW - timedelta(hours=number % 8000)
        entries.append(
            Entry(
                service=service, provider=owner, system_id=system, code=code, created_at=at,
                updated_at=at, status="published" if published else "draft", live=published,
                published_version=1 if published else None, published_on=at.date() if published else None,
                **rows.columns_of(draft),
            )
        )  # fmt: skip
    Entry.objects.bulk_create(entries)
    for entry, (_, owner, draft, _, published) in zip(entries, batch, strict=True):
        if published:
            contract = rows.contract_from(
                draft,
                code=entry.code,
                version=1,
                service=entry.service,
                provider=owner.code,
                provider_name=owner.name,
            )
            versions.append(
                EntryVersion(
                    entry=entry,
                    number=1,
                    draft=draft.to_json(),
                    contract=contract.to_json(),
                    published_at=NOW,
                )
            )
    Item.objects.bulk_create(
        [
            rows.item_row(entry, place, item)
            for entry, (_, _, draft, _, _) in zip(entries, batch, strict=True)
            for place, item in enumerate(draft.items, start=1)
        ],
        batch_size=2000,
    )
    EntryVersion.objects.bulk_create(versions)
    AllocatedService.objects.bulk_create(
        [AllocatedService(service=entry.service, at=NOW) for entry in entries]
    )
    AllocatedCode.objects.bulk_create(
        [AllocatedCode(code=entry.code, service=entry.service, at=NOW) for entry in entries if entry.code]
    )
    return [entry.pk for entry in entries]
