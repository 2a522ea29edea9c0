"""Capability links: bound to purpose, row and nonce; old secret keys still open them."""

from core.links import is_valid, make_token, new_nonce, split_token


def test_a_token_opens_what_it_was_made_for():
    token = make_token("registration", "ABCD2345", "nonce")

    assert is_valid(token, "registration", "nonce")
    assert split_token(token)[0] == "ABCD2345"


def test_another_purpose_row_or_nonce_does_not_open():
    token = make_token("registration", "ABCD2345", "nonce")
    _, mac = split_token(token)

    assert not is_valid(token, "address-proof", "nonce")
    assert not is_valid(token, "registration", "other nonce")
    assert not is_valid(f"ABCD2346.{mac}", "registration", "nonce")


def test_truncated_and_malformed_tokens_do_not_open():
    token = make_token("registration", "ABCD2345", "nonce")

    for broken in (token[:-1], token + "x", "ABCD2345", "ABCD2345.", "", ".", "ABCD2345.ä"):
        assert not is_valid(broken, "registration", "nonce"), broken


def test_a_link_survives_a_change_of_the_secret_key(settings):
    settings.SECRET_KEY = "old"
    token = make_token("registration", "ABCD2345", "nonce")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert is_valid(token, "registration", "nonce")

    settings.SECRET_KEY_FALLBACKS = []
    assert not is_valid(token, "registration", "nonce")


def test_nonces_are_long_and_never_the_same():
    nonces = {new_nonce() for _ in range(100)}

    assert len(nonces) == 100
    assert min(map(len, nonces)) >= 22
