"""国密 algorithms give the published results: GB/T 32905, GB/T 32907, RFC 8998, GM/T 0003.5."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from jutong.kernel.crypto import provider
from jutong.kernel.crypto.gm import portable_hmac_sm3, portable_sm3, sm2_public_of
from tests.support.gm_vectors import blocks

GM = provider("gm")

SM3 = {
    b"": "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}

# GM/T 0003.5 annex A.2: identity 1234567812345678, message "message digest".
SM2_PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
SM2_PUBLIC = b"\x04" + bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SM2_SIGNATURE = encode_dss_signature(
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
    0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
)

# RFC 8998 A.1 (SM4-GCM): key, nonce, associated data, plaintext, ciphertext, tag.
GCM_KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
GCM_NONCE = bytes.fromhex("00001234567800000000abcd")
GCM_ASSOCIATED = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
GCM_PLAIN = bytes.fromhex("".join(letter * 16 for letter in "abcdefea"))
GCM_CIPHER = bytes.fromhex(
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
)
GCM_TAG = bytes.fromhex("83de3541e4c2b58177e065a9bf7b62ec")


@pytest.mark.parametrize(("message", "digest"), SM3.items(), ids=["empty", "abc", "64 bytes"])
def test_sm3_gives_the_digests_of_the_standard(message, digest):
    assert GM.digest(message).hex() == digest
    assert portable_sm3(message).hex() == digest


def test_hmac_sm3_is_the_same_with_and_without_the_systems_sm3():
    key, message = bytes(range(32)), b"jutong"
    assert GM.hmac(key, message) == portable_hmac_sm3(key, message)


def test_sm4_gcm_opens_the_vector_of_rfc_8998():
    assert GM.open(GCM_KEY, GCM_NONCE + GCM_CIPHER + GCM_TAG, GCM_ASSOCIATED) == GCM_PLAIN


def test_sm2_accepts_the_signature_printed_in_the_standard_and_no_other():
    assert GM.verify(SM2_PUBLIC, b"message digest", SM2_SIGNATURE)
    assert not GM.verify(SM2_PUBLIC, b"message digesT", SM2_SIGNATURE)


def test_the_public_point_follows_from_the_private_key():
    assert sm2_public_of(SM2_PRIVATE) == SM2_PUBLIC


def test_a_signature_made_with_the_standards_key_verifies():
    assert GM.verify(SM2_PUBLIC, b"abc", GM.sign(SM2_PRIVATE, b"abc"))


@pytest.fixture(scope="module")
def vectors(real_data: Path) -> Path:
    return real_data / "8_conformance" / "gm"


@pytest.mark.real_data
def test_sm3_agrees_with_the_oscca_file(vectors):
    cases = list(blocks(vectors / "SM3_oscca.txt", first_key="Len"))
    assert len(cases) == 6
    for case in cases:
        message = bytes.fromhex(case["Msg"])[: int(case["Len"]) // 8]
        assert GM.digest(message).hex() == case["MD"]


@pytest.mark.real_data
def test_sm3_agrees_with_the_openssl_file(vectors):
    published = blocks(vectors / "openssl_evpmd_sm3.txt", first_key="Digest")
    cases = [case for case in published if case.get("Digest") == "SM3"]
    assert len(cases) > 5
    for case in cases:
        assert GM.digest(bytes.fromhex(case["Input"])).hex() == case["Output"].lower()


@pytest.mark.real_data
@pytest.mark.parametrize("mode", ["ecb", "cbc", "ctr"])
def test_the_cipher_beneath_agrees_with_the_sm4_files(vectors, mode):
    for case in blocks(vectors / f"SM4_draft-ribose-cfrg-sm4-10-{mode}.txt", first_key="COUNT"):
        if "KEY" not in case:
            continue
        start = bytes.fromhex(case.get("IV", ""))
        chosen = {"ecb": modes.ECB, "cbc": modes.CBC, "ctr": modes.CTR}[mode]
        encryptor = Cipher(SM4(bytes.fromhex(case["KEY"])), chosen(start) if start else chosen()).encryptor()
        assert encryptor.update(bytes.fromhex(case["PLAINTEXT"])).hex() == case["CIPHERTEXT"]


@pytest.mark.real_data
def test_sm4_gcm_agrees_with_the_rfc_file(vectors):
    for case in blocks(vectors / "SM4_rfc8998.txt", first_key="COUNT"):
        sealed = bytes.fromhex(case["IV"] + case["CIPHERTEXT"] + case["TAG"])
        opened = GM.open(bytes.fromhex(case["KEY"]), sealed, bytes.fromhex(case["AAD"]))
        assert opened.hex() == case["PLAINTEXT"]


def _point(certificate: x509.Certificate) -> bytes:
    """The SM2 point in the certificate: the library knows no SM2 key, so it is cut from the DER text."""
    body = certificate.tbs_certificate_bytes
    start = body.index(bytes.fromhex("034200")) + 3
    return body[start : start + 65]


@pytest.mark.real_data
def test_sm2_certificates_made_by_openssl_are_verified(vectors):
    authority = x509.load_pem_x509_certificate((vectors / "openssl_sm2-ca-cert.pem").read_bytes())
    leaf = x509.load_pem_x509_certificate((vectors / "openssl_sm2.pem").read_bytes())
    for certificate in (authority, leaf):
        assert GM.verify(_point(authority), certificate.tbs_certificate_bytes, certificate.signature)
    assert not GM.verify(_point(leaf), leaf.tbs_certificate_bytes, leaf.signature)
