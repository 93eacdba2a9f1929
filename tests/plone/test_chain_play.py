"""Imported workflows are played with invented people: one, or two on the same case."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from workflow_app.cli import main
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.problems import Problems
from workflow_app.core.simulation.choices import with_step
from workflow_app.core.simulation.game import ChainGame, Shown, game_of
from workflow_app.core.simulation.play import Play, parse_play, write_play
from workflow_app.core.steps.engine import Engine
from workflow_app.services.content.parsed import engine_of
from workflow_app.services.content.verified import verify_content

HEAD = """\
workflow: {name}
version: "1"
label: {label}
semantics: dcworkflow
state_variable: {name}_state
initial: draft
site:
  Add portal content: [Author]
  View: [Member]
"""
PRESS = (
    HEAD.format(name="press", label="Presse")
    + """\
bypass: [Manager]
facts:
  is_explained: {tales: here/explained, when: "comment != ''"}
scripts:
  claim: {type: Script (Python), effects: [{take_on: [Editor]}, {tell: [Owner]}]}
manages: {permissions: [View]}
states:
  draft: {label: Entwurf, exits: [submit], rights: {View: [Owner]}}
  queue: {label: Zur Prüfung, exits: [publish, reject, claim], rights: {View: [Reviewer, Owner]}}
  out: {label: Veröffentlicht, exits: [], rights: {View: [Anonymous]}}
transitions:
  submit: {label: Einreichen, to: queue, trigger: person, by: [Owner], action: {name: Einreichen}}
  publish:
    {label: Veröffentlichen, to: out, trigger: person, by: [Reviewer, Editor],
     action: {name: Veröffentlichen}}
  reject:
    {label: Zurück, to: draft, trigger: person, by: [Reviewer], when: {fact: is_explained},
     action: {name: Zurück}}
  claim: {label: Holen, to: stay, trigger: person, by: [Member, Helper], after: claim}
variables:
  who: {history: true, catalogue: false, always_new: true, value: actor}
worklists:
  to_review: {match: {press_state: [queue]}, action: {name: Zu prüfen}, seen_by: {by: [Reviewer]}}
"""
)
LEGAL = (
    HEAD.format(name="legal", label="Rechtsprüfung")
    + """\
states:
  draft: {label: Ungeprüft, exits: [check, submit]}
  queue: {label: In Arbeit, exits: []}
  checked: {label: Geprüft, exits: []}
transitions:
  check: {label: Prüfen, to: checked, trigger: person, by: [Lawyer], action: {name: Prüfen}}
  submit: {label: Vorlegen, to: queue, trigger: person, by: [Lawyer], action: {name: Vorlegen}}
"""
)
PLAY = """\
play: both
workflow: [press, legal]
people:
  sabine: {name: Sabine Kraus, roles: [Author]}
  jonas: {name: Dr. Jonas Reiter, roles: [Reviewer]}
  lena: {name: Lena Brandl, roles: [Lawyer]}
  vera: {name: Vera Aumüller, roles: [Manager]}
steps:
"""


def engine(text: str) -> Engine:
    problems = Problems()
    workflow = parse_workflow(text, "w.yaml", problems)
    assert workflow is not None
    assert problems == []
    return engine_of(workflow, {}, {})


def play(*steps: str, head: str = PLAY) -> Play:
    problems = Problems()
    found = parse_play(head + "\n".join(f"  - {{{s}}}" for s in steps), "p.yaml", problems)
    assert problems == []
    assert found is not None
    return found


def both(*steps: str) -> Shown:
    return game_of([engine(PRESS), engine(LEGAL)]).shown(play(*steps))


def one(*steps: str) -> Shown:
    return game_of([engine(PRESS)]).shown(play(*steps, head=PLAY.replace(", legal]", "]")))


CREATE = "who: sabine, does: create"


def test_two_workflows_on_one_case_each_have_a_state_of_their_own() -> None:
    found = both(CREATE, "who: sabine, does: submit", "who: lena, does: check")

    assert found.refused is None
    assert found.state is not None
    assert found.state.de == "Presse: Zur Prüfung; Rechtsprüfung: Geprüft"
    assert [e.text.de for e in found.happened] == [
        "Sabine Kraus: legt den Vorgang an (Presse).",
        "Sabine Kraus: legt den Vorgang an (Rechtsprüfung).",
        "Sabine Kraus: Einreichen (Presse).",
        "Lena Brandl: Prüfen (Rechtsprüfung).",
    ]


def test_of_a_step_that_both_have_the_first_that_lets_somebody_acts() -> None:
    by_lena = both(CREATE, "who: lena, does: submit", "state: 'draft@press, queue@legal'")
    by_sabine = both(CREATE, "who: sabine, does: submit", "state: 'queue@press, draft@legal'")
    named = both(CREATE, "who: sabine, does: submit@legal")

    assert by_lena.refused is None
    assert by_sabine.refused is None
    assert named.refused is not None
    assert named.refused.ids == ("by",)


def test_who_may_not_open_or_act_is_told_why() -> None:
    assert both("who: jonas, does: create").refused is not None
    found = both(CREATE, "who: sabine, does: submit", "who: sabine, does: publish")

    assert found.refused is not None
    assert found.refused.reasons[0].de == "Diesen Schritt kann nur machen: Reviewer, Editor."
    assert both(CREATE, "who: jonas, cannot: submit, because: [by]").refused is None
    wrong = both(CREATE, "who: sabine, cannot: submit")
    assert wrong.refused is not None
    assert wrong.refused.ids == ("open",)


def test_a_fact_is_answered_by_what_is_said_or_assumed() -> None:
    before = (CREATE, "who: sabine, does: submit")

    silent = one(*before, "who: jonas, does: reject")
    said = one(*before, "who: jonas, does: reject, fill: {comment: 'Das Datum fehlt.'}")
    assumed = one(*before, "who: jonas, does: reject, assume: [is_explained]")

    assert silent.refused is not None
    assert [f.state and f.state.de for f in (said, assumed)] == ["Entwurf", "Entwurf"]
    offered = {c.step.target: c for c in one(*before).offered if c.player.id == "jonas"}
    assert offered["reject"].assumable
    assert offered["reject"].assuming.assume == ("is_explained",)


def test_effects_worklists_the_bypass_and_days_are_played_too() -> None:
    before = (CREATE, "who: sabine, does: submit", "waits_for: [Manager, Reviewer]", "days: 3")
    claimed = one(*before, "who: lena, does: claim", "who: lena, does: publish")
    passed = one(*before, "who: vera, does: publish")

    assert claimed.refused is None
    assert [e.text.de for e in claimed.happened][-4:] == [
        "Lena Brandl: Holen.",
        "Lena Brandl ist jetzt: Editor.",
        "Mail an: Owner.",
        "Lena Brandl: Veröffentlichen.",
    ]
    assert passed.happened[-1].text.de == "Vera Aumüller: Veröffentlichen, an der Bedingung vorbei."
    assert (passed.today - passed.happened[0].day).days == 3


def test_a_new_play_has_somebody_for_each_role_and_can_be_played_by_what_is_offered() -> None:
    game = game_of([engine(PRESS), engine(LEGAL)])
    current = game.new()
    for _ in range(3):
        choice = next(c for c in game.shown(current).offered if not c.reasons)
        current = with_step(current, choice.step)

    assert {p.roles for p in current.people} >= {("Author",), ("Reviewer",), ("Lawyer",), ()}
    assert game.shown(current).refused is None
    again = parse_play(write_play(current), "p.yaml", Problems())
    assert again is not None
    assert again.workflows == ("press", "legal")
    assert game.shown(again).happened == game.shown(current).happened


def test_only_imported_workflows_lie_on_a_case_together() -> None:
    ours = Engine(engine(PRESS).workflow, {}, {})
    assert isinstance(game_of([engine(PRESS)]), ChainGame)

    with pytest.raises(ValueError, match="imported"):
        game_of([engine(PRESS), ours])


def test_verify_plays_chains_and_names_the_step_that_no_longer_goes() -> None:
    files = {
        "workflows/press.yaml": PRESS,
        "workflows/legal.yaml": LEGAL,
        "workflows/plays/both.yaml": PLAY + f"  - {{{CREATE}}}\n  - {{who: lena, does: publish}}\n",
    }

    found = [(p.rule, p.place.line) for p in verify_content(files, {}) if p.severity == "error"]
    assert found == [("play", 10)]
    del files["workflows/legal.yaml"]
    found = [(p.rule, p.place.line) for p in verify_content(files, {}) if p.severity == "error"]
    assert found == [("chain", 1)]


def test_the_command_plays_files_that_are_nowhere_installed(tmp_path: Path) -> None:
    for name, text in (("press", PRESS), ("legal", LEGAL)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    steps = f"  - {{{CREATE}}}\n  - {{who: lena, does: check}}\n"
    (tmp_path / "play.yaml").write_text(PLAY + steps, encoding="utf-8")
    paths = [str(tmp_path / f"{name}.yaml") for name in ("press", "legal")]

    told = CliRunner().invoke(
        main, ["workflow", "simulate", str(tmp_path / "play.yaml"), *paths, "--language", "en"]
    )
    by_hand = CliRunner().invoke(
        main, ["workflow", "simulate", *paths, "--language", "en"], input="1\nwhy\nquit\n"
    )

    assert told.exit_code == 0, told.output
    assert "Lena Brandl: Prüfen (Rechtsprüfung)." in told.output
    assert by_hand.exit_code == 0, by_hand.output
    assert "Author: opens the case (Presse)." in by_hand.output
    assert "Only these can take this step: Lawyer. (by)" in by_hand.output
