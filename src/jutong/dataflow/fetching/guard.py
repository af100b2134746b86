"""Which addresses may be spoken to: a way out must not become a way into the platform's own network."""

import ipaddress
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Self, TypeAlias
from urllib.parse import SplitResult, urlsplit

from jutong.kernel.errors import JutongError

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

PORTS: Final = {"http": 80, "https": 443}
# Ways to write an IPv4 address in IPv6, behind which a private one could hide.
TRANSLATED: Final = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: connect to `ip`, speak to `host`."""

    address: str
    scheme: str
    host: str
    port: int
    ip: str
    path: str


def resolve(host: str, port: int) -> Sequence[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Guard(ABC):
    """A kind of errand says which addresses are for it (`lets_through`), and in which words it refuses others.

    What lies within `allowed` is for every errand.
    """

    allowed: tuple[Network, ...] = ()
    resolve: Resolve = resolve
    reason: ClassVar[tuple[str, str]] = "属于内网或本机", "it is private or this machine's own"
    """What is said of an address that is not let through, in Chinese and in English."""

    @abstractmethod
    def lets_through(self, address: IpAddress) -> bool:
        """Whether an address outside the allowed networks is for this errand."""

    @abstractmethod
    def refused(self, address: str, reason_zh: str, reason_en: str) -> JutongError: ...

    @abstractmethod
    def unresolved(self, host: str) -> JutongError: ...

    @classmethod
    def parse(cls, networks: str) -> Self:
        """Of networks separated by commas; raises what `refused` makes where one of them is none."""
        try:
            found = tuple(
                ipaddress.ip_network(text.strip(), strict=False)
                for text in networks.split(",")
                if text.strip()
            )
        except ValueError as error:
            raise cls().refused(networks, "网段写法不对", "a network is not well formed") from error
        return cls(found)

    def check_form(self, address: str) -> SplitResult:
        """Parts of an http(s) address; its host is not looked up.

        Raises what `refused` makes: another scheme, no host, a user's name within, or not an address at all.
        """
        try:
            parts = urlsplit(address.strip())
            port = parts.port
        except ValueError as error:
            raise self.refused(address, "不是正确的地址", "it is no address") from error
        if parts.scheme not in PORTS:
            raise self.refused(address, "只支持 http 和 https", "only http and https are fetched")
        if not parts.hostname or port == 0 or any(ord(char) < 0x21 for char in address.strip()):
            raise self.refused(
                address, "缺少主机名或含有空白", "the host is missing, or there is a blank in it"
            )
        if parts.username is not None or parts.password is not None:
            raise self.refused(
                parts.hostname, "地址中不能写账号口令", "a user and password may not stand in it"
            )
        return parts

    def target(self, address: str) -> Target:
        """The address with the one IP address to connect to, each of its host's having been checked.

        Raises what `refused` makes for its form or one of its host's addresses, `unresolved` for a host without one.
        """
        parts = self.check_form(address)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        try:
            found = list(dict.fromkeys(self.resolve(host.encode("idna").decode(), port)))
        except (OSError, UnicodeError) as error:
            raise self.unresolved(host) from error
        for ip in found:
            if not self.allows(ip):
                raise self.refused(host, *self.reason)
        if not found:
            raise self.unresolved(host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(address, parts.scheme, host, port, found[0], path)

    def allows(self, ip: str) -> bool:
        """Whether an IP address is for this errand, or within an allowed network."""
        address: IpAddress = ipaddress.ip_address(ip.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        if mapped is not None:
            address = mapped
        if any(address.version == network.version and address in network for network in self.allowed):
            return True
        return self.lets_through(address)


def translated(address: IpAddress) -> bool:
    """Whether it is written in a way behind which another address may hide."""
    return any(address.version == network.version and address in network for network in TRANSLATED)
