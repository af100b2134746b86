"""国密: SM2 (GB/T 32918), SM3 (GB/T 32905), SM4-GCM (GB/T 32907, RFC 8998)."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

import gmssl_pyx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as portable_hmac
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from jutong.kernel.crypto.interface import KeyPair, KeyUnusable, SealBroken

# The default of GM/T 0009; always passed, because libraries disagree on leaving it out.
SIGNER_ID: Final = b"1234567812345678"
KEY_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_PRIME: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
_ORDER: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
_COEFFICIENT: Final = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
_GENERATOR: Final = (
    0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7,
    0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0,
)

# Some distributions build OpenSSL without SM3.
SYSTEM_HAS_SM3: Final = "sm3" in hashlib.algorithms_available


def portable_sm3(data: bytes | memoryview) -> bytes:
    """SM3 of the library that ships its own OpenSSL: for systems whose own lacks it."""
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


def portable_hmac_sm3(key: bytes, data: bytes) -> bytes:
    state = portable_hmac.HMAC(key, hashes.SM3())
    state.update(data)
    return state.finalize()


@dataclass(frozen=True, slots=True)
class GmProvider:
    name: str = "gm"
    digest_name: str = "sm3"
    cipher_name: str = "sm4-gcm"
    signature_name: str = "sm2-sm3"

    def digest(self, data: bytes | memoryview) -> bytes:
        return hashlib.new("sm3", data).digest() if SYSTEM_HAS_SM3 else portable_sm3(data)

    def hmac(self, key: bytes, data: bytes) -> bytes:
        return hmac.digest(key, data, "sm3") if SYSTEM_HAS_SM3 else portable_hmac_sm3(key, data)

    def seal(self, key: bytes, plaintext: bytes, associated: bytes = b"") -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        encryptor = Cipher(_sm4(key), GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return nonce + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag

    def open(self, key: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
        if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
            raise SealBroken
        nonce, tag = sealed[:_NONCE_BYTES], sealed[-_TAG_BYTES:]
        decryptor = Cipher(_sm4(key), GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated)
        plaintext = decryptor.update(sealed[_NONCE_BYTES:-_TAG_BYTES])
        try:
            return plaintext + decryptor.finalize()
        except InvalidTag as error:
            raise SealBroken from error

    def generate_keypair(self) -> KeyPair:
        public, private = gmssl_pyx.sm2_key_generate()
        return KeyPair(private=private, public=b"\x04" + public)

    def sign(self, private: bytes, data: bytes) -> bytes:
        if len(private) != 32 or not 1 <= int.from_bytes(private, "big") < _ORDER - 1:
            raise KeyUnusable(algorithm="SM2")
        signature: bytes = gmssl_pyx.sm2_sign(private, sm2_public_of(private)[1:], data, signer_id=SIGNER_ID)
        return signature

    def verify(self, public: bytes, data: bytes, signature: bytes) -> bool:
        # Checked here first: the C library writes to stderr about malformed input, and trusts some of it.
        if not _is_signature(signature) or not _is_point(public):
            return False
        return bool(gmssl_pyx.sm2_verify(public[1:], data, signature, signer_id=SIGNER_ID))


def _sm4(key: bytes) -> SM4:
    if len(key) != KEY_BYTES:
        raise KeyUnusable(algorithm="SM4")
    return SM4(key)


def _is_signature(signature: bytes) -> bool:
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        return False
    return 1 <= r < _ORDER and 1 <= s < _ORDER and encode_dss_signature(r, s) == signature


def _is_point(public: bytes) -> bool:
    if len(public) != 65 or public[0] != 4:
        return False
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    return x < _PRIME and y < _PRIME and (y * y - (x * x * x - 3 * x + _COEFFICIENT)) % _PRIME == 0


def sm2_public_of(private: bytes) -> bytes:
    """The public point of a private key (0x04, x, y); SM2's signature needs it, a stored key may lack it."""
    scalar, total, step = int.from_bytes(private, "big"), None, _GENERATOR
    while scalar:
        if scalar & 1:
            total = step if total is None else _add(total, step)
        step = _add(step, step)
        scalar >>= 1
    if total is None:
        raise KeyUnusable(algorithm="SM2")
    return b"\x04" + total[0].to_bytes(32, "big") + total[1].to_bytes(32, "big")


def _add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, _PRIME) % _PRIME
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, _PRIME) % _PRIME
    x = (slope * slope - a[0] - b[0]) % _PRIME
    return x, (slope * (a[0] - x) - a[1]) % _PRIME
