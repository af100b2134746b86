"""What a cryptography provider can do, and how its work can fail."""

from dataclasses import dataclass, field
from typing import Protocol

from jutong.kernel.errors import ErrorKind, JutongError


class ProviderUnknown(JutongError):
    code = "crypto.provider_unknown"
    zh = "没有名为“{name}”的密码算法套件。请改用 gm（国密）或 international（国际）。"
    en = "There is no cryptography provider named {name}. Use gm or international."


class KeyUnusable(JutongError):
    code = "crypto.key_unusable"
    kind = ErrorKind.INTERNAL
    zh = "{algorithm} 密钥无法使用。请检查密钥文件是否完整，或从备份恢复。"
    en = "The {algorithm} key cannot be used. Check that its file is whole, or restore it from a backup."


class SealBroken(JutongError):
    code = "crypto.seal_broken"
    kind = ErrorKind.INTERNAL
    zh = "密文无法打开：内容被改动，或密钥不是加密时的那一把。请核对数据目录的 secrets 是否与数据一起恢复。"
    en = (
        "The sealed text cannot be opened: it was changed, or the key is not the one it was sealed with. "
        "Check that the secrets folder was restored together with the data."
    )


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A signing key: 32 bytes private, 65 bytes public (0x04, x, y), for SM2 and P-256 alike."""

    private: bytes = field(repr=False)
    public: bytes


class CryptoProvider(Protocol):
    """One suite of algorithms. Signatures are DER (r, s); a sealed text is nonce (12), ciphertext, tag (16)."""

    @property
    def name(self) -> str: ...

    @property
    def digest_name(self) -> str:
        """The digest as records name it: `sm3` or `sha256`."""
        ...

    @property
    def cipher_name(self) -> str: ...

    @property
    def signature_name(self) -> str: ...

    def digest(self, data: bytes | memoryview) -> bytes:
        """32 bytes."""
        ...

    def hmac(self, key: bytes, data: bytes) -> bytes:
        """32 bytes."""
        ...

    def seal(self, key: bytes, plaintext: bytes, associated: bytes = b"") -> bytes:
        """Encrypt and authenticate; `associated` is authenticated only.

        Raises:
            KeyUnusable: the key has the wrong length.
        """
        ...

    def open(self, key: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
        """The plaintext within `sealed`.

        Raises:
            SealBroken: anything in it, the key or `associated` differs.
        """
        ...

    def generate_keypair(self) -> KeyPair: ...

    def sign(self, private: bytes, data: bytes) -> bytes:
        """A DER signature.

        Raises:
            KeyUnusable: `private` is no key of the curve.
        """
        ...

    def verify(self, public: bytes, data: bytes, signature: bytes) -> bool:
        """Whether `signature` is one of `data`; False for a malformed signature or key."""
        ...
