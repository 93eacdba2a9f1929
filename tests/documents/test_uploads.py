"""Sabine Kraus uploads files; each is taken for what it is, and what is unfit is refused."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image

from workflow_app.documents.uploads import BadFile, Inspected, inspect

TYPES = ("application/pdf", "image/jpeg", "image/png")


def pdf(
    prepare: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **save: object
) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    if prepare:
        prepare(made)
    target = io.BytesIO()
    made.save(target, **save)  # type: ignore[arg-type]
    return target.getvalue()


def picture(kind: str, size: tuple[int, int] = (30, 40)) -> bytes:
    target = io.BytesIO()
    Image.new("L", size, 200).save(target, kind)
    return target.getvalue()


def opens_with(action: dict[str, object]) -> Callable[[pikepdf.Pdf], None]:
    def prepare(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = pikepdf.Dictionary(action)

    return prepare


def on_a_click(action: dict[str, object]) -> Callable[[pikepdf.Pdf], None]:
    def prepare(made: pikepdf.Pdf) -> None:
        spot = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link)
        spot.AA = pikepdf.Dictionary(U=pikepdf.Dictionary(action))
        made.pages[0].obj.Annots = pikepdf.Array([spot])

    return prepare


def with_attachment(made: pikepdf.Pdf) -> None:
    made.attachments["daten.json"] = pikepdf.AttachedFileSpec(made, b"{}", filename="daten.json")


def with_a_link(made: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link)
    link.A = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org"))
    made.pages[0].obj.Annots = pikepdf.Array([link])


def photo() -> bytes:
    target = io.BytesIO()
    Image.effect_noise((30, 40), 50).save(target, "PNG")
    return target.getvalue()


PHOTO = photo()
SCRIPT = {"/S": pikepdf.Name.JavaScript, "/JS": pikepdf.String("app.alert(1)")}
LAUNCH = {"/S": pikepdf.Name.Launch, "/F": pikepdf.String("cmd.exe")}
EMBEDDED = {"/S": pikepdf.Name.GoToE, "/NewWindow": True}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (pdf(pages=3), Inspected("application/pdf", 3)),
        (pdf(with_attachment), Inspected("application/pdf", 1)),
        (pdf(with_a_link), Inspected("application/pdf", 1)),
        (picture("JPEG"), Inspected("image/jpeg", None)),
        (picture("PNG"), Inspected("image/png", None)),
    ],
    ids=["scan", "with attachment", "with link", "jpeg", "png"],
)
def test_a_proper_file_is_taken_for_what_it_is(data: bytes, found: Inspected) -> None:
    assert inspect("brief.exe", data, types=TYPES, max_bytes=100_000) == found


def test_an_issued_agreement_may_come_back_signed(printed: Callable[[str], bytes]) -> None:
    data = printed("agreement")
    assert inspect("KV.pdf", data, types=TYPES, max_bytes=len(data)).media_type == TYPES[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (picture("PNG", (4000, 4000)) + bytes(100_000), "too_large"),
        (b"MZ\x90\x00 this program cannot be run", "wrong_type"),
        (b"<html>%PDF-1.7</html>", "wrong_type"),
        (b"%PDF-1.7\nnothing behind it", "damaged"),
        (picture("JPEG")[:-40], "damaged"),
        (PHOTO[: len(PHOTO) // 2], "damaged"),
        (pdf(encryption=pikepdf.Encryption(user="geheim", owner="geheim")), "encrypted"),
        (pdf(encryption=pikepdf.Encryption(user="", owner="geheim")), "encrypted"),
        (pdf(opens_with(SCRIPT)), "active_content"),
        (pdf(opens_with(LAUNCH)), "active_content"),
        (pdf(opens_with(EMBEDDED)), "active_content"),
        (pdf(on_a_click(SCRIPT)), "active_content"),
        (pdf(pages=0), "no_pages"),
        (picture("PNG", (10_000, 8_001)), "too_many_pixels"),
    ],
)
def test_an_unfit_file_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(BadFile) as refused:
        inspect("anlage.pdf", data, types=TYPES, max_bytes=100_000)
    assert (refused.value.name, refused.value.reason) == ("anlage.pdf", reason)


def test_a_script_hidden_in_packed_objects_is_found() -> None:
    data = pdf(opens_with(SCRIPT), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in data
    with pytest.raises(BadFile, match="active_content"):
        inspect("anlage.pdf", data, types=TYPES, max_bytes=100_000)


def test_a_picture_that_only_claims_to_be_enormous_is_not_unpacked() -> None:
    data = bytearray(picture("PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    with pytest.raises(BadFile, match="too_many_pixels"):
        inspect("foto.png", bytes(data), types=TYPES, max_bytes=100_000)


def test_a_picture_is_refused_where_only_a_pdf_will_do() -> None:
    with pytest.raises(BadFile, match="wrong_type"):
        inspect("scan.pdf", picture("PNG"), types=["application/pdf"], max_bytes=100_000)


def test_a_torn_picture_is_refused_after_a_document_was_printed(
    printed: Callable[[str], bytes],
) -> None:
    printed("agreement")
    with pytest.raises(BadFile, match="damaged"):
        inspect("foto.png", PHOTO[: len(PHOTO) // 2], types=TYPES, max_bytes=100_000)
