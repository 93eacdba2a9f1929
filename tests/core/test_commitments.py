"""Texts by which content is recognised: canonical, committed to with a salt, and on paper."""

from __future__ import annotations

from workflow_app.core.canonical import canonical, checksum, commitment, digest


def test_canonical_text_is_the_same_whatever_the_order() -> None:
    one = {"b": [1, "ü"], "a": {"y": True, "x": None}}
    other = {"a": {"x": None, "y": True}, "b": [1, "ü"]}

    assert canonical(one) == '{"a":{"x":null,"y":true},"b":[1,"ü"]}'.encode()
    assert digest(one) == digest(other)
    assert digest(one) != digest({**one, "b": ["ü", 1]})


def test_a_commitment_says_nothing_without_its_salt() -> None:
    name = "Sabine Kraus"

    assert commitment(b"salt", name) == commitment(b"salt", name)
    assert len({commitment(salt, name) for salt in (b"a", b"b", b"c")}) == 3
    assert commitment(b"", name) == digest(name)


def test_the_checksum_is_what_fits_on_paper() -> None:
    assert checksum(digest("agreement")) == digest("agreement")[:16]
