"""Identifiers: the published vectors, and the reason given for each way of being wrong."""

from datetime import date

import pytest

from jutong.kernel.errors import JutongError
from jutong.vocabulary.identifiers import (
    KINDS,
    IdentifierInvalid,
    IdentifierKindUnknown,
    ResourceWidths,
    Verdict,
    identifier_kind,
    parse_citizen_id,
    parse_resource_code,
    parse_uscc,
    validate,
)
from jutong.vocabulary.identifiers.citizen import check_character, upgrade
from jutong.vocabulary.identifiers.contact import luhn_holds
from jutong.vocabulary.identifiers.organisation import uscc_check

TODAY = date(2026, 7, 1)

# Specimens of the standards, textbooks and public bodies; no real person's number.
VALID = [
    ("citizen_id", "11010519491231002X"),
    ("citizen_id", "440524188001010014"),
    ("citizen_id", "34052419800101001X"),
    ("citizen_id", "110105491231002"),
    ("uscc", "11100000000013338W"),
    ("uscc", "11370000MB284651XL"),
    ("uscc", "11100000MB03271699"),
    ("uscc", "11110000000021135M"),
    ("uscc", "11430000006122244L"),
    ("uscc", "11220000013544541J"),
    ("uscc", "9137130016829134XT"),
    ("uscc", "914403001922038216"),
    ("uscc", "9144030071526726XG"),
    ("uscc", "91350100M000100Y43"),
    ("organisation_code", "D2143569-X"),
    ("organisation_code", "D2143569X"),
    ("organisation_code", "00001333-8"),
    ("organisation_code", "MB284651-X"),
    ("region_code", "330106"),
    ("region_code", "330106007"),
    ("region_code", "330106007003"),
    ("real_estate_unit", "330106001002GB00003F00040005"),
    ("real_estate_unit", "330106001002GB00003W00000000"),
    ("vin", "1M8GDM9AXKP042788"),
    ("vin", "11111111111111111"),
    ("plate", "鲁Q00563D"),
    ("plate", "浙AD12345"),
    ("plate", "浙A12345"),
    ("plate", "京A0001警"),
    ("mobile", "13800000000"),
    ("telephone", "0571-87000000"),
    ("telephone", "01065000000"),
    ("telephone", "0571-8700000-123"),
    ("bank_card", "79927398713"),
    ("bank_card", "4111111111111111"),
    ("bank_card", "6216261000000000018"),
    ("certificate_id", "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0"),
    ("certificate_id", "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"),
    ("certificate_id", "11100000000013338W011.11430000006122244L.20230000403.001.U"),
    ("service_item", "370117002011"),
    ("service_item", "11370800MB285591843370117002011"),
    ("service_item", "11370800MB28559184337011700201101"),
    ("resource_code", "307001000001/000001"),
    ("resource_code", "307001/1"),
    ("postcode", "310012"),
    ("project_code", "2024-330106-65-01-000001"),
]

INVALID = [
    ("citizen_id", "", "empty"),
    ("citizen_id", "110105194912310021", "check"),
    ("citizen_id", "11010519491231002x", "lower_case"),
    ("citizen_id", " 11010519491231002X", "blanks"),
    ("citizen_id", "110105 19491231 002X", "blanks"),
    ("citizen_id", "\ufeff11010519491231002X", "blanks"),
    ("citizen_id", "１１０１０５１９４９１２３１００２Ｘ", "full_width"),
    ("citizen_id", "11010519491231002", "length"),
    ("citizen_id", "1101051949123X0028", "characters"),
    ("citizen_id", "٠١٠١٠٥١٩٤٩١٢٣١٠٠٢٨", "characters"),
    ("citizen_id", "110105490230002", "date"),
    ("citizen_id", "990105491231002", "region"),
    ("uscc", "11370000MB284651XM", "check"),
    ("uscc", "9111000060003IOZSV", "characters"),
    ("uscc", "91 110000 600037341L", "blanks"),
    ("uscc", "12345", "length"),
    ("uscc", "11370000mb284651xl", "lower_case"),
    ("organisation_code", "D2143569-1", "check"),
    ("region_code", "330199", "region"),
    ("region_code", "3301", "length"),
    ("region_code", "33010a", "lower_case"),
    ("real_estate_unit", "330106001002GB00003F0004000", "length"),
    ("real_estate_unit", "330106001002GQ00003F00040005", "feature"),
    ("real_estate_unit", "330106001002GB00003W00040005", "zeros"),
    ("real_estate_unit", "330106001002000003F000400051", "format"),
    ("vin", "1M8GDM9A1KP042788", "check"),
    ("vin", "1M8GDM9AXKPO42788", "characters"),
    ("plate", "浙I12345", "format"),
    ("plate", "浙A·12345", "format"),
    ("mobile", "12800000000", "prefix"),
    ("mobile", "+8613800000000", "characters"),
    ("mobile", "138-0000-0000", "characters"),
    ("mobile", "1380000000", "length"),
    ("telephone", "87000000", "format"),
    ("bank_card", "4111-1111-1111-1111", "characters"),
    (
        "certificate_id",
        "1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M",
        "check",
    ),
    ("certificate_id", "1.2.156.3005.2.11100000000013338W", "format"),
    ("service_item", "379717002011", "matter_type"),
    ("service_item", "11370800MB285591849370117002011", "level"),
    ("service_item", "11370800MB285591943370117002011", "issuer"),
    ("service_item", "3701170020", "length"),
    ("resource_code", "307001000001", "format"),
    ("resource_code", "907001000001/1", "prefix"),
    ("resource_code", "30700/1", "length"),
    ("postcode", "31001", "length"),
    ("project_code", "2031-330106-65-01-000001", "date_later"),
    ("project_code", "2024-33010-65-01-000001", "format"),
]

WARNED = [
    ("bank_card", "6221558812340000", "luhn"),
    (
        "certificate_id",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
        "issuer_is_region",
    ),
    ("region_code", "330104", "region_abolished"),
]


@pytest.mark.parametrize(("kind", "text"), VALID)
def test_a_specimen_is_valid(kind, text):
    found = validate(kind, text, on=TODAY)
    assert (found.verdict, found.reasons) == (Verdict.VALID, ())


@pytest.mark.parametrize(("kind", "text", "reason"), INVALID)
def test_what_breaks_the_standard_is_refused_with_its_reason(kind, text, reason):
    found = validate(kind, text, on=TODAY)
    assert found.verdict is Verdict.INVALID
    assert [finding.value for finding in found.reasons] == [reason]
    assert found.message("zh")
    assert found.message("en")


@pytest.mark.parametrize(("kind", "text", "reason"), WARNED)
def test_a_doubt_is_a_warning_and_no_refusal(kind, text, reason):
    found = validate(kind, text, on=TODAY)
    assert found.verdict is Verdict.WARNING
    assert [finding.value for finding in found.reasons] == [reason]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_example_of_each_kind_is_valid(kind):
    assert validate(kind.name, kind.example, on=TODAY).verdict is Verdict.VALID
    assert kind.zh
    assert kind.en
    assert kind.standard
    assert kind.zh_help
    assert kind.en_help


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_kind_stumbles_over_garbage(kind):
    for garbage in ("", " ", "0", "X" * 5000, "\x00", "９９", "锟斤拷", "-", "/", "." * 40, "1e5", "🙂" * 18):
        assert validate(kind.name, garbage, on=TODAY).verdict is Verdict.INVALID


def test_a_refusal_never_repeats_the_value():
    with pytest.raises(IdentifierInvalid) as caught:
        parse_citizen_id("110105194912310021")
    assert isinstance(caught.value, JutongError)
    for language in ("zh", "en"):
        assert "1949" not in str(caught.value.as_dict(language))
    assert caught.value.detail["reason"] == "check"
    assert "校验位" in caught.value.message("zh")


def test_nobody_is_born_after_the_day_of_the_check():
    assert (
        validate("citizen_id", "11010519491231002X", on=date(1949, 12, 30)).reasons[0].value == "date_later"
    )
    assert validate("citizen_id", "11010519491231002X", on=date(1949, 12, 31)).verdict is Verdict.VALID
    assert validate("citizen_id", "11010519491231002X").verdict is Verdict.VALID


def test_a_citizen_id_says_region_birth_and_sex():
    found = parse_citizen_id("11010519491231002X", on=TODAY)
    assert (found.region, found.birth_date, found.sex) == ("110105", date(1949, 12, 31), "2")


def test_fifteen_digits_are_kept_as_written_and_read_as_eighteen():
    found = parse_citizen_id("110105491231002")
    assert str(found) == "110105491231002"
    assert found.number == upgrade("110105491231002") == "11010519491231002X"
    assert found.first_generation


def test_a_county_that_no_edition_lists_is_noted_where_its_prefecture_is_known():
    found = validate("citizen_id", "34052419800101001X", on=TODAY)
    assert [note.value for note in found.notes] == ["region_unlisted"]


def test_an_age_beyond_belief_is_noted():
    found = validate("citizen_id", "440524188001010014", on=TODAY)
    assert [note.value for note in found.notes] == ["old_birth"]


def test_a_region_code_that_was_abolished_still_serves_in_a_citizen_id():
    # 江干区 was abolished in 2021; the numbers given under it stay.
    body = "33010419900101001"
    assert validate("citizen_id", body + check_character(body), on=TODAY).verdict is Verdict.VALID


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residents_of_hong_kong_macao_and_taiwan_have_numbers_of_their_own(region):
    body = f"{region}19900101001"
    assert validate("citizen_id", body + check_character(body), on=TODAY).verdict is Verdict.VALID


def test_a_uscc_says_who_registered_it_and_contains_the_organisation_code():
    parts = parse_uscc("11370000MB284651XL").parts()
    assert parts["organisation_code"] == "MB284651-X"
    assert parts["authority_name"] == "机构编制"
    assert parts["body_type_name"] == "机关"
    assert parts["region"] == "370000"


def test_the_inner_organisation_code_is_judged_too():
    body = "11370000MB2846511"  # its own check should be X
    assert validate("uscc", body + uscc_check(body)).reasons[0].value == "inner_check"


def test_an_abolished_region_code_names_what_it_is_now():
    parts = validate("region_code", "330104", on=TODAY).parts
    assert parts["name"] == "江干区"
    assert parts["successors"] == "330102;330114"
    assert validate("region_code", "330104", on=date(2020, 1, 1)).verdict is Verdict.VALID


def test_a_city_fixes_the_widths_of_its_resource_codes():
    widths = ResourceWidths(detail=6, sequence=6)
    assert parse_resource_code("307001000001/000001", widths=widths).detail == "000001"
    with pytest.raises(IdentifierInvalid):
        parse_resource_code("307001000001/1", widths=widths)


def test_luhn_knows_the_vectors_of_the_standard():
    assert luhn_holds("79927398713")
    assert not luhn_holds("79927398710")


def test_a_kind_is_found_by_name_with_hyphen_or_underscore():
    assert identifier_kind("citizen-id") is identifier_kind("citizen_id")
    with pytest.raises(IdentifierKindUnknown) as caught:
        identifier_kind("passport")
    assert "citizen_id" in caught.value.message()
