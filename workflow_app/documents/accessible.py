"""The last touch on a PDF: what PDF/UA-1 asks for beside PDF/A-3a and WeasyPrint leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf  # type: ignore[import-untyped]

CLAIM = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
"""
# PDF/A allows a property it does not know only with this description of its schema.
SCHEMA = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def finish(_document: Any, pdf: Any) -> None:
    """Finish a PDF before it is written; WeasyPrint calls this."""
    _claim_accessibility(pdf)
    _say_what_headers_head(pdf)
    _make_page_furniture_artifacts(pdf)


def _claim_accessibility(pdf: Any) -> None:
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and thing.extra.get("Type") == "/Metadata":
            thing.stream[0] = thing.stream[0].replace(b"</rdf:RDF>", CLAIM + SCHEMA + b"</rdf:RDF>")
            # Metadata must be readable without unpacking.
            thing.compress = False


def _say_what_headers_head(pdf: Any) -> None:
    for element in _elements(pdf):
        if element["S"] == "/TH":
            group = _at(pdf, _at(pdf, element["P"])["P"])
            element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


def _make_page_furniture_artifacts(pdf: Any) -> None:
    """Turn running heads and feet into artifacts, so that nobody has them read aloud.

    WeasyPrint marks them as content and builds elements for them that no tree holds: these are
    found as those that cannot be reached.
    """
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    tree = set(_reachable(pdf, root))
    nums = _at(pdf, root["ParentTree"])["Nums"]
    of_page = dict(zip(nums[::2], nums[1::2], strict=True))
    lost: dict[bytes, set[int]] = {}
    for element in _elements(pdf):
        if element.number not in tree:
            marks = {kid for kid in element["K"] if isinstance(kid, int)}
            lost.setdefault(element["Pg"], set()).update(marks)
    for number, page in enumerate(pdf.page_references):
        marks = lost.get(page, set())
        _mark_as_artifacts(_at(pdf, _at(pdf, page)["Contents"]).stream, marks)
        for mark in marks:
            of_page[number][mark] = "null"


def _mark_as_artifacts(operations: list[Any], marks: set[int]) -> None:
    """Begin marked contents as artifacts: `/Span <</MCID 3>> BDC` becomes `/Artifact BMC`."""
    for at, operation in enumerate(operations):
        if isinstance(operation, pydyf.Dictionary) and operation.get("MCID") in marks:
            operations[at - 1 : at + 2] = ["/Artifact", b"", b"BMC"]


def _elements(pdf: Any) -> Iterator[Any]:
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Type") == "/StructElem":
            yield thing


def _reachable(pdf: Any, root: Any) -> Iterator[int]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element.number
        waiting.extend(_at(pdf, kid) for kid in element.get("K", ()) if isinstance(kid, bytes))


def _at(pdf: Any, reference: bytes) -> Any:
    """Return the object behind a reference such as `12 0 R`."""
    return pdf.objects[int(reference.split()[0])]
