"""Identifiers as types: parse gives a frozen value or a reasoned refusal; nothing is repaired in silence."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from jutong.vocabulary.identifiers.base import Identifier, IdentifierKind, Validation, Verdict
from jutong.vocabulary.identifiers.catalogue_codes import (
    CERTIFICATE_ID,
    PROJECT_CODE,
    RESOURCE_CODE,
    SERVICE_ITEM,
    CertificateId,
    ProjectCode,
    ResourceCode,
    ResourceWidths,
    ServiceItemCode,
    parse_certificate_id,
    parse_project_code,
    parse_resource_code,
    parse_service_item,
)
from jutong.vocabulary.identifiers.citizen import CITIZEN_ID, CitizenId, is_citizen_id, parse_citizen_id
from jutong.vocabulary.identifiers.contact import (
    BANK_CARD,
    MOBILE,
    TELEPHONE,
    BankCard,
    Mobile,
    Telephone,
    parse_bank_card,
    parse_mobile,
    parse_telephone,
)
from jutong.vocabulary.identifiers.errors import IdentifierInvalid, IdentifierKindUnknown
from jutong.vocabulary.identifiers.organisation import (
    ORGANISATION_CODE,
    USCC,
    OrganisationCode,
    Uscc,
    is_uscc,
    parse_organisation_code,
    parse_uscc,
)
from jutong.vocabulary.identifiers.place import (
    POSTCODE,
    REAL_ESTATE_UNIT,
    REGION_CODE,
    Postcode,
    RealEstateUnit,
    RegionCode,
    parse_postcode,
    parse_real_estate_unit,
    parse_region_code,
)
from jutong.vocabulary.identifiers.reasons import Reason
from jutong.vocabulary.identifiers.vehicle import PLATE, VIN, Plate, Vin, parse_plate, parse_vin

KINDS: Final[Mapping[str, IdentifierKind]] = {
    kind.name: kind
    for kind in (
        CITIZEN_ID,
        USCC,
        ORGANISATION_CODE,
        REGION_CODE,
        REAL_ESTATE_UNIT,
        VIN,
        PLATE,
        MOBILE,
        TELEPHONE,
        BANK_CARD,
        CERTIFICATE_ID,
        SERVICE_ITEM,
        RESOURCE_CODE,
        POSTCODE,
        PROJECT_CODE,
    )
}
"""Every kind by name, in the order of the manual."""


def identifier_kind(name: str) -> IdentifierKind:
    """The kind called `name`; a hyphen may stand for the underscore.

    Raises:
        IdentifierKindUnknown: there is none.
    """
    kind = KINDS.get(name.replace("-", "_"))
    if kind is None:
        raise IdentifierKindUnknown(kind=name, known=", ".join(KINDS))
    return kind


def validate(kind: str, text: str, *, on: date | None = None) -> Validation:
    """Judge one value; `on` is the day after which a date within cannot lie.

    Raises:
        IdentifierKindUnknown: there is no such kind.
    """
    found = identifier_kind(kind)
    try:
        value = found.parse(text, on=on)
    except IdentifierInvalid as refusal:
        return Validation(kind=found.name, verdict=Verdict.INVALID, reasons=(refusal.reason,), parts={})
    return Validation(
        kind=found.name,
        verdict=Verdict.WARNING if value.warnings else Verdict.VALID,
        reasons=value.warnings,
        notes=value.notes,
        parts=value.parts(),
    )


__all__ = [
    "KINDS",
    "BankCard",
    "CertificateId",
    "CitizenId",
    "Identifier",
    "IdentifierInvalid",
    "IdentifierKind",
    "IdentifierKindUnknown",
    "Mobile",
    "OrganisationCode",
    "Plate",
    "Postcode",
    "ProjectCode",
    "RealEstateUnit",
    "Reason",
    "RegionCode",
    "ResourceCode",
    "ResourceWidths",
    "ServiceItemCode",
    "Telephone",
    "Uscc",
    "Validation",
    "Verdict",
    "Vin",
    "identifier_kind",
    "is_citizen_id",
    "is_uscc",
    "parse_bank_card",
    "parse_certificate_id",
    "parse_citizen_id",
    "parse_mobile",
    "parse_organisation_code",
    "parse_plate",
    "parse_postcode",
    "parse_project_code",
    "parse_real_estate_unit",
    "parse_region_code",
    "parse_resource_code",
    "parse_service_item",
    "parse_telephone",
    "parse_uscc",
    "parse_vin",
    "validate",
]
