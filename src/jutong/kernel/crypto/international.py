"""International suite: SHA-256, HMAC-SHA256, AES-GCM, ECDSA on P-256."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jutong.kernel.crypto.interface import KeyPair, KeyUnusable, SealBroken

_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class InternationalProvider:
    name: str = "international"
    digest_name: str = "sha256"
    cipher_name: str = "aes-gcm"
    signature_name: str = "ecdsa-p256-sha256"

    def digest(self, data: bytes | memoryview) -> bytes:
        return hashlib.sha256(data).digest()

    def hmac(self, key: bytes, data: bytes) -> bytes:
        return hmac.digest(key, data, "sha256")

    def seal(self, key: bytes, plaintext: bytes, associated: bytes = b"") -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + _aes(key).encrypt(nonce, plaintext, associated)

    def open(self, key: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
        cipher = _aes(key)
        if len(sealed) < _NONCE_BYTES + 16:
            raise SealBroken
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], associated)
        except InvalidTag as error:
            raise SealBroken from error

    def generate_keypair(self) -> KeyPair:
        key = generate_private_key(SECP256R1())
        public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return KeyPair(private=key.private_numbers().private_value.to_bytes(32, "big"), public=public)

    def sign(self, private: bytes, data: bytes) -> bytes:
        try:
            if len(private) != 32:
                raise KeyUnusable(algorithm="ECDSA P-256")
            key = derive_private_key(int.from_bytes(private, "big"), SECP256R1())
        except ValueError as error:
            raise KeyUnusable(algorithm="ECDSA P-256") from error
        return key.sign(data, ECDSA(SHA256()))

    def verify(self, public: bytes, data: bytes, signature: bytes) -> bool:
        try:
            key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)
            key.verify(signature, data, ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True


def _aes(key: bytes) -> AESGCM:
    if len(key) not in {16, 32}:
        raise KeyUnusable(algorithm="AES")
    return AESGCM(key)
