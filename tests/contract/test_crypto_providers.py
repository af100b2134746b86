"""What every cryptography provider promises."""

import pytest

from jutong.kernel.crypto import PROVIDER_NAMES, KeyUnusable, ProviderUnknown, SealBroken, provider
from jutong.kernel.crypto.keys import open_text, platform_key, platform_keypair, seal_text
from jutong.kernel.home import DataHome

KEY = bytes(range(16))


@pytest.fixture(params=PROVIDER_NAMES)
def suite(request):
    return provider(request.param)


def test_a_digest_is_32_bytes_and_differs_for_other_data(suite):
    assert len(suite.digest(b"a")) == 32
    assert suite.digest(b"a") == suite.digest(b"a") != suite.digest(b"b")


def test_an_hmac_depends_on_the_key(suite):
    assert len(suite.hmac(b"k", b"a")) == 32
    assert suite.hmac(b"k", b"a") != suite.hmac(b"l", b"a")


@pytest.mark.parametrize("text", [b"", b"x", "合成".encode() * 500])
def test_what_was_sealed_opens(suite, text):
    assert suite.open(KEY, suite.seal(KEY, text, b"row 1"), b"row 1") == text


def test_sealing_twice_gives_two_texts(suite):
    assert suite.seal(KEY, b"same") != suite.seal(KEY, b"same")


def test_a_changed_sealed_text_does_not_open(suite):
    sealed = suite.seal(KEY, b"secret", b"row 1")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            suite.open(KEY, bytes(changed), b"row 1")
    for wrong in (b"", sealed[:-1], sealed[:20]):
        with pytest.raises(SealBroken):
            suite.open(KEY, wrong, b"row 1")


def test_another_key_or_other_associated_data_does_not_open(suite):
    sealed = suite.seal(KEY, b"secret", b"row 1")
    with pytest.raises(SealBroken):
        suite.open(bytes(16), sealed, b"row 1")
    with pytest.raises(SealBroken):
        suite.open(KEY, sealed, b"row 2")


def test_a_key_of_the_wrong_length_is_refused(suite):
    with pytest.raises(KeyUnusable):
        suite.seal(b"short", b"secret")
    with pytest.raises(KeyUnusable):
        suite.sign(b"short", b"data")
    with pytest.raises(KeyUnusable):
        suite.sign(bytes(32), b"data")


def test_a_signature_holds_for_its_data_and_key_alone(suite):
    ours, theirs = suite.generate_keypair(), suite.generate_keypair()
    signature = suite.sign(ours.private, b"data")
    assert suite.verify(ours.public, b"data", signature)
    assert not suite.verify(ours.public, b"date", signature)
    assert not suite.verify(theirs.public, b"data", signature)


def test_malformed_signatures_and_keys_are_a_plain_no(suite):
    pair = suite.generate_keypair()
    signature = suite.sign(pair.private, b"data")
    for wrong in (
        b"",
        b"x",
        signature[:-1],
        signature + b"\0",
        b"\x30\x00",
        b"\x30\x06\x02\x01\x00\x02\x01\x00",
    ):
        assert not suite.verify(pair.public, b"data", wrong)
    for key in (b"", bytes(65), pair.public[1:], b"\x04" + bytes(64)):
        assert not suite.verify(key, b"data", signature)


def test_a_private_key_is_not_printed(suite):
    assert "private" not in repr(suite.generate_keypair())


def test_an_unknown_provider_is_named():
    with pytest.raises(ProviderUnknown) as failure:
        provider("rot13")
    assert "rot13" in failure.value.message("zh")


def test_the_platforms_keys_are_made_once_and_for_its_user_alone(tmp_path):
    home = DataHome(tmp_path)
    assert platform_key(home, "a") == platform_key(home, "a") != platform_key(home, "b")
    assert platform_keypair(home, "seal") == platform_keypair(home, "seal")
    assert {path.stat().st_mode & 0o777 for path in home.secrets.iterdir()} == {0o600}


def test_a_text_sealed_in_one_home_opens_there_alone(tmp_path):
    home, other = DataHome(tmp_path / "a"), DataHome(tmp_path / "b")
    sealed = seal_text(home, "密钥 s3cret")
    assert "s3cret" not in sealed
    assert open_text(home, sealed) == "密钥 s3cret"
    for wrong in (sealed[:-4], "aes-gcm:AAAA", "sm4-gcm:*", ""):
        with pytest.raises(SealBroken):
            open_text(home, wrong)
    with pytest.raises(SealBroken):
        open_text(other, sealed)
