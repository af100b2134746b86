"""The cryptography provider interface and its providers (国密 and international).

A certified module (GM/T 0028) is what 密评 asks of a production system; these libraries are not one. A provider
for such a module implements the same interface and is added to `_PROVIDERS`.
"""

from collections.abc import Mapping
from typing import Final

from jutong.kernel.crypto.gm import GmProvider
from jutong.kernel.crypto.interface import (
    CryptoProvider,
    KeyPair,
    KeyUnusable,
    ProviderUnknown,
    SealBroken,
)
from jutong.kernel.crypto.international import InternationalProvider

__all__ = [
    "PROVIDER_NAMES",
    "CryptoProvider",
    "KeyPair",
    "KeyUnusable",
    "ProviderUnknown",
    "SealBroken",
    "provider",
]

_PROVIDERS: Final[Mapping[str, CryptoProvider]] = {
    "gm": GmProvider(),
    "international": InternationalProvider(),
}
PROVIDER_NAMES: Final = tuple(_PROVIDERS)


def provider(name: str) -> CryptoProvider:
    """The provider `gm` or `international`.

    Raises:
        ProviderUnknown: there is no such provider.
    """
    try:
        return _PROVIDERS[name]
    except KeyError as error:
        raise ProviderUnknown(name=name) from error
