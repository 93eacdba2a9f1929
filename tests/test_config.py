"""Settings: what cannot be used is named, and what is missing is made with care."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from workflow_app.config import SETTINGS, BadSetting, load
from workflow_app.services.work.post import MailServer

KEY = "k" * 32


def with_data(tmp_path: Path, **settings: str) -> dict[str, str]:
    given = {f"TANDEM_{name}": value for name, value in settings.items()}
    return {"TANDEM_DATA": str(tmp_path / "data"), **given}


def test_without_settings_everything_lies_in_one_folder(tmp_path: Path) -> None:
    settings = load(with_data(tmp_path))
    assert settings.data == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'tandem.db'}"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "achttausend"),
        ("PORT", "-1"),
        ("SECRET_KEY", "zu kurz"),
        ("CONTENT", "/there/is/no/such/folder"),
        ("DATABASE_URL", "mysql://localhost/tandem"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql+psycopg://localhost"),
        ("BASE_URL", "tandem.example"),
        ("BASE_URL", "ftp://tandem.example"),
        ("BASE_URL", "https://tandem.example/?a=b"),
        ("COLOUR", "blue"),
        ("PROXIES", "-1"),
        ("PROXIES", "eins"),
        ("MAIL", "post"),
        ("MAIL", "imap://localhost"),
        ("MAIL", "smtp://"),
        ("MAIL", "smtp://localhost:mail"),
        ("MAIL", "smtp://localhost/?tls"),
        ("MAIL", "smtps://localhost/?starttls"),
        ("MAIL", "smtp://tandem@localhost"),
        ("MAIL", "smtp://tandem:word@mail.example"),
        ("MAIL", "smtps://tandem:b%C3%BCro@mail.example"),
        ("MAIL_FROM", "Programmbüro"),
        ("MAIL_FROM", "a@b@c"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as caught:
        load(with_data(tmp_path, **{name: value}))
    assert f"TANDEM_{name}" in str(caught.value)


def test_a_key_that_is_refused_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as caught:
        load(with_data(tmp_path, SECRET_KEY="geheim"))
    assert "geheim" not in str(caught.value)


def test_a_database_that_is_refused_does_not_show_its_password(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as caught:
        load(with_data(tmp_path, DATABASE_URL="mysql://tandem:geheim@localhost/tandem"))
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["smtp://tandem:geheim@mail.example", "smtps://tandem:geheim@mail.example:x"]
)
def test_a_mail_server_that_is_refused_does_not_show_its_password(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        load(with_data(tmp_path, MAIL=address))
    assert "geheim" not in str(caught.value)


def test_mail_is_written_into_a_folder_unless_a_server_is_named(tmp_path: Path) -> None:
    assert load(with_data(tmp_path)).mail is None
    assert load(with_data(tmp_path, MAIL="folder")).mail is None


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25, "none")),
        ("smtp://mail.example/?starttls", MailServer("mail.example", 587, "starttls")),
        ("smtps://u:p%40ss@mail.example", MailServer("mail.example", 465, "tls", "u", "p@ss")),
        ("smtp://u:p@localhost:2525", MailServer("localhost", 2525, "none", "u", "p")),
    ],
)
def test_a_mail_server_is_named_by_an_address(
    tmp_path: Path, address: str, server: MailServer
) -> None:
    assert load(with_data(tmp_path, MAIL=address)).mail == server


def test_mail_comes_from_where_the_pages_are_unless_it_is_said(tmp_path: Path) -> None:
    base = {"BASE_URL": "https://tandem.landkreis.example"}
    assert load(with_data(tmp_path, **base)).mail_from == "tandem@tandem.landkreis.example"
    said = load(with_data(tmp_path, **base, MAIL_FROM="buero@landkreis.example"))
    assert said.mail_from == "buero@landkreis.example"


def test_postgresql_may_be_named_with_or_without_its_driver(tmp_path: Path) -> None:
    full = "postgresql+psycopg://tandem:p%40ss@localhost/tandem"
    for given in (full, full.replace("+psycopg", "")):
        assert load(with_data(tmp_path, DATABASE_URL=given)).database_url == full


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(BadSetting, match="TANDEM_DATA"):
        load(with_data(tmp_path))


def test_the_secret_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    first = load(with_data(tmp_path))
    kept = tmp_path / "data" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(first.secret_key) >= 32
    assert load(with_data(tmp_path)).secret_key == first.secret_key
    assert load(with_data(tmp_path / "other")).secret_key != first.secret_key


def test_a_key_that_is_given_is_not_written_down(tmp_path: Path) -> None:
    assert load(with_data(tmp_path, SECRET_KEY=KEY)).secret_key == KEY
    assert list((tmp_path / "data").iterdir()) == []


def test_the_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    load(with_data(tmp_path))
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) & 0o077 == 0


def test_an_own_content_folder_is_looked_at_first(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    settings = load(with_data(tmp_path, CONTENT=str(tmp_path / "own")))
    assert settings.content[0] == tmp_path / "own"
    assert len(settings.content) == 2


def test_an_address_loses_its_last_slash(tmp_path: Path) -> None:
    settings = load(with_data(tmp_path, BASE_URL="https://tandem.example/"))
    assert settings.base_url == "https://tandem.example"


def test_an_empty_setting_is_as_good_as_none(tmp_path: Path) -> None:
    empty = {s.name: "" for s in SETTINGS if s.name != "TANDEM_DATA"}
    assert load({**with_data(tmp_path), **empty}).port == 8000
