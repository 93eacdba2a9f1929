"""A workflow is brought over from Plone whole, or refused with every reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from workflow_app.cli import main
from workflow_app.core.definition.formulas import Formula
from workflow_app.core.plone.importing import import_plone
from workflow_app.core.plone.tales import translate
from workflow_app.core.plone.xml import MAX_BYTES
from workflow_app.core.verification.verify import verify

HEAD = (
    '<dc-workflow workflow_id="w" title="Ein Verfahren" state_variable="review_state" '
    'initial_state="private"{more}>'
)
STATE = '<state state_id="private" title="Privat"><exit-transition transition_id="submit"/></state>'
SUBMIT = (
    '<transition transition_id="submit" title="Einreichen" new_state="private" trigger="USER" '
    'before_script="" after_script=""><guard>{guard}</guard></transition>'
)


def definition(
    *parts: str, more: str = "", guard: str = "", before: str = '<?xml version="1.0"?>'
) -> bytes:
    """Return a small definition with these parts in addition."""
    body = "".join([STATE, SUBMIT.format(guard=guard), *parts])
    return f"{before}{HEAD.format(more=more)}{body}</dc-workflow>".encode()


def reasons(source: bytes) -> list[str]:
    return [reason.en for reason in import_plone(source, "w.yaml").reasons]


def test_a_refused_definition_names_every_reason_at_once() -> None:
    broken = definition(
        '<state state_id="_hidden"><exit-transition/></state>',
        '<transition transition_id="go" title="" new_state="" trigger="TIMER" before_script=""/>',
        '<variable variable_id="n"><default><value type="int">many</value></default></variable>',
    )

    go, hidden = '<transition transition_id="go">', '<state state_id="_hidden">'
    assert reasons(broken) == [
        "<value> in <default> in <variable variable_id=\"n\">: 'many' is no value of type int.",
        '<variable variable_id="n">: <guard> is missing.',
        f"{hidden}: '_hidden' is not allowed as a name.",
        f"{hidden}: The attribute 'title' is missing.",
        f"<exit-transition> in {hidden}: The attribute 'transition_id' is missing.",
        f"{go}: trigger is 'TIMER'; AUTOMATIC and USER are possible.",
        f"{go}: <guard> is missing.",
        f"{go}: The attribute 'after_script' is missing.",
    ]


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("before", [BOMB, OUTSIDE], ids=["billion laughs", "a file from outside"])
def test_entities_are_refused(before: str) -> None:
    assert reasons(definition(before=before)) == [
        "The file declares entities; that is not allowed."
    ]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", "The file is no readable XML (line 1)."),
        (b"<dc-workflow>", "The file is no readable XML (line 1)."),
        (b"<workflow/>", "The file has no <dc-workflow>."),
        (b"<a>" * 60 + b"</a>" * 60, "The file is nested too deeply."),
        (b"<a>" * 5000 + b"</a>" * 5000, "The file is nested too deeply."),
        (b" " * (MAX_BYTES + 1), "The file is larger than 1 MB."),
        (
            b'<?xml version="1.0" encoding="klingon"?><a/>',
            "The file is no readable XML (encoding or nesting).",
        ),
    ],
    ids=["empty", "unclosed", "something else", "deep", "very deep", "large", "encoding"],
)
def test_what_is_no_definition_is_refused_with_a_sentence(source: bytes, reason: str) -> None:
    assert reasons(source) == [reason]


def test_text_is_read_as_there() -> None:
    """Comments and CDATA are left out, lines lose what is blank before them."""
    guard = (
        "<guard-role> Editor;  Owner <!-- and --> ; </guard-role>"
        "<guard-role><![CDATA[Reviewer]]></guard-role>"
    )

    found = import_plone(definition(guard=guard), "w.yaml").workflow

    assert found is not None
    assert found.imported is not None
    assert found.imported.transitions["submit"].guard.roles == ("Editor", "Owner", "", "")


def test_an_expression_beyond_translation_is_listed_and_kept_word_for_word() -> None:
    tales = "python:here.portal_type == 'Event'"
    guard = f"<guard-expression>{tales}</guard-expression>"

    result = import_plone(definition(guard=guard, more=' manager_bypass="True"'), "w.yaml")

    assert [s.en for s in result.to_supply] == [
        f"Fact 'here_portal_type_event': in its place there was '{tales}'."
    ]
    assert result.workflow is not None
    problems = verify(result.workflow, {}, {})
    assert [(p.rule, p.severity) for p in problems] == [
        ("manager_bypass", "warning"),
        ("to_supply", "open"),
        ("seen_by_all", "warning"),
    ]
    assert "bypass: [Manager]" in result.text
    assert "To be supplied before publishing" in result.text


def test_a_script_becomes_an_effect_to_be_supplied() -> None:
    script = '<script script_id="tell" type="External Method" module="a.b" function="tell"/>'
    source = definition(script).replace(b'after_script=""', b'after_script="tell"')

    result = import_plone(source, "w.yaml")

    assert [s.en for s in result.to_supply] == [
        "Effect 'tell' (after submit): a script of type External Method there, a.b.tell."
    ]


@pytest.mark.parametrize(
    ("tales", "formula"),
    [
        ("user/getId", Formula("actor")),
        ("string:a$$b", Formula("text", value="a$b")),
        ("not:nothing", Formula("not", (Formula("nothing"),))),
        ("transition/getId|nothing", Formula("transition")),
        (
            "python:1 < 2",
            Formula("less", (Formula("integer", value=1), Formula("integer", value=2))),
        ),
        ("python:len(state_change.getHistory())", Formula("count", (Formula("history"),))),
    ],
)
def test_what_has_one_meaning_is_translated(tales: str, formula: Formula) -> None:
    assert translate(tales) == formula


@pytest.mark.parametrize(
    "tales",
    [
        "here/title",
        "status/seen",
        "status/keys|nothing",
        "state_change/new_state/getId|nothing",
        "string:${user/getId}",
        "python:state_change.kwargs['comment']",
        "python:getattr(here, 'x')",
        "python:__import__('os').system('x')",
        "python:state_change.getHistory() == []",
        "python:1 is 1",
        "python:(",
        "exists:here/x",
        "python:" + "(" * 500,
    ],
)
def test_what_is_not_certain_is_not_guessed_at(tales: str) -> None:
    assert translate(tales) is None


def test_a_folder_is_imported_and_exported_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "in" / name).mkdir(parents=True)
        source = definition().replace(b'workflow_id="w"', f'workflow_id="{name}"'.encode())
        (tmp_path / "in" / name / "definition.xml").write_bytes(source)
    run = CliRunner().invoke

    imported = run(main, ["workflow", "import-plone", str(tmp_path / "in"), "--out", str(tmp_path)])
    again = run(main, ["workflow", "import-plone", str(tmp_path / "in"), "--out", str(tmp_path)])
    exported = run(
        main, ["workflow", "export-plone", str(tmp_path / "one.yaml"), "--out", str(tmp_path)]
    )

    assert (imported.exit_code, again.exit_code, exported.exit_code) == (0, 1, 0)
    assert "is there already" in again.output
    back = import_plone((tmp_path / "workflows/one/definition.xml").read_bytes(), "one.yaml")
    assert back.workflow is not None
    first = import_plone((tmp_path / "in/one/definition.xml").read_bytes(), "one.yaml")
    assert first.workflow is not None
    assert back.workflow.imported == first.workflow.imported
