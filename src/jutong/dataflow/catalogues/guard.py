"""Which addresses may be harvested: a harvest must not become a way into the platform's own network."""

from dataclasses import dataclass

from jutong.dataflow.catalogues.errors import AddressNotAllowed, CatalogueUnreachable
from jutong.dataflow.fetching.guard import Guard, IpAddress, Target, translated

__all__ = ["AddressGuard", "Target"]


@dataclass(frozen=True, slots=True)
class AddressGuard(Guard):
    """Public addresses, and those within `allowed`."""

    def lets_through(self, address: IpAddress) -> bool:
        return address.is_global and not address.is_multicast and not translated(address)

    def refused(self, address: str, reason_zh: str, reason_en: str) -> AddressNotAllowed:
        return AddressNotAllowed(address=address[:200], reason_zh=reason_zh, reason_en=reason_en)

    def unresolved(self, host: str) -> CatalogueUnreachable:
        return CatalogueUnreachable(
            address=host, reason_zh="域名无法解析", reason_en="its host name has no address"
        )
