"""Sabine and Tobias confirm the same content; any change of it voids every yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.core.cases import (
    EMRE,
    JONAS,
    MIRIAM,
    SABINE,
    TOBIAS,
    TODAY,
    case,
    closed_by,
    confirmed,
    garden,
    submitted,
    tandem,
)
from workflow_app.core.cases.situation import Actor, Participant, Situation
from workflow_app.core.steps.offers import SENT
from workflow_app.core.steps.sign_off import asked_sides, content, content_digest, valid_yeses

PLAN = {
    "title": "Beete",
    "cost": "50.00",
    "harvest": "2026-09-30",
    "beds": [{"_id": "1", "name": "Ost", "width": "4"}],
}
PLANNING = case("planning", forms={"plan": PLAN})
SUBMIT = garden().workflow.transitions["submit"]


def signed(situation: Situation, *who: Actor) -> Situation:
    return confirmed(garden(), situation, "submit", *who)


def sides(situation: Situation) -> set[str]:
    return set(valid_yeses(SUBMIT, situation))


def test_each_side_may_confirm_and_nobody_else() -> None:
    may = [
        garden().offer(PLANNING, a, "submit").may_sign
        for a in (SABINE, TOBIAS, JONAS, MIRIAM, EMRE)
    ]

    assert may == [True, True, False, False, False]


def test_with_one_yes_the_step_waits_for_the_other_side() -> None:
    half = signed(PLANNING, SABINE)

    offer = garden().offer(half, SABINE, "submit")

    assert (offer.signed, offer.may_sign) == (("civic",), False)
    assert [(r.id, r.lifted_by, r.text.de) for r in offer.reasons] == [
        ("municipal", ("side:municipal",), "Die Mitzeichnung fehlt: Kommunale Seite.")
    ]
    assert garden().offer(half, TOBIAS, "submit").may_sign


def test_the_second_yes_opens_the_step() -> None:
    assert garden().offer(signed(PLANNING, SABINE, TOBIAS), TOBIAS, "submit").open


def test_both_yeses_do_not_help_against_a_requirement() -> None:
    small = case("planning", forms={"plan": {**PLAN, "beds": []}})

    both = signed(small, SABINE, TOBIAS)

    assert closed_by(garden(), both, SABINE, "submit") == ["requirement:beds"]


def test_one_person_confirms_for_one_side_only() -> None:
    half = signed(PLANNING, SABINE)
    both_hats = replace(TOBIAS, person=SABINE.person)

    assert not garden().offer(half, both_hats, "submit").may_sign


def test_there_is_nothing_to_confirm_before_the_form_is_submitted() -> None:
    offer = garden().offer(case("planning"), SABINE, "submit")

    assert (offer.may_sign, offer.digest) == (False, None)
    assert "form:plan" in [f"{r.kind}:{r.id}" for r in offer.reasons]


def test_what_is_not_complete_cannot_be_confirmed() -> None:
    no_title = case("planning", forms={"plan": {k: PLAN[k] for k in ("cost", "harvest", "beds")}})

    offer = garden().offer(signed(no_title, SABINE, TOBIAS), SABINE, "submit")

    assert [(r.kind, r.field) for r in offer.reasons] == [("form", "plan.title")]
    assert offer.reasons[0].text.de == "In „Gartenplan“ fehlt noch „Titel“."
    assert not garden().offer(no_title, TOBIAS, "submit").may_sign


CHANGED = {
    "a value": {"submissions": {"plan": (submitted("plan", {**PLAN, "cost": "50.01"}),)}},
    "the version of the form": {
        "submissions": {"plan": (replace(submitted("plan", PLAN), form_version="f1"),)}
    },
    "another case": {"case": "GA-2"},
}
UNCHANGED = {
    "a day passes": {"today": date(2026, 12, 24)},
    "somebody leaves": {"participants": ()},
    "a comment on something else": {
        "submissions": {
            "plan": (submitted("plan", PLAN),),
            "visit": (submitted("visit", {"weather": "sun"}, "a"),),
        }
    },
    "the same content again, by Tobias": {
        "submissions": {
            "plan": (replace(submitted("plan", PLAN), id=9, version=2, author=2, on=TODAY),)
        }
    },
    "a variable": {"variables": frozenset({"watered"})},
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_change_of_the_content_voids_every_yes(what: str) -> None:
    changed = replace(signed(PLANNING, SABINE, TOBIAS), **CHANGED[what])

    assert sides(changed) == set()
    assert {"sign_off:municipal", "sign_off:civic"} <= set(
        closed_by(garden(), changed, SABINE, "submit")
    )


@pytest.mark.parametrize("what", UNCHANGED)
def test_nothing_else_voids_a_yes(what: str) -> None:
    assert sides(replace(signed(PLANNING, SABINE, TOBIAS), **UNCHANGED[what])) == {
        "municipal",
        "civic",
    }


def test_changing_it_back_makes_the_yes_hold_again() -> None:
    both = signed(PLANNING, SABINE, TOBIAS)
    away = replace(both, submissions={"plan": (submitted("plan", {**PLAN, "title": "Hof"}),)})

    assert sides(replace(away, submissions=both.submissions)) == {"municipal", "civic"}


def test_without_a_form_the_step_in_this_state_is_confirmed() -> None:
    close = garden().workflow.transitions["close"]

    growing = content(close, case("growing"))

    assert growing == {
        "case": "GA-1",
        "transition": "close",
        "state": "growing",
        "since": "2026-03-02",
    }
    assert content_digest(close, case("growing")) != content_digest(close, case("comparing"))


def test_a_substitute_confirms_for_a_silent_side_after_twice_the_deadline() -> None:
    due = date(2026, 3, 1)
    days = garden().workflow.states["growing"].deadline.days  # type: ignore[union-attr]
    late, early = due + timedelta(days=days), due + timedelta(days=days - 1)

    def may(today: date, person: Actor) -> tuple[str, ...]:
        half = confirmed(garden(), case("growing", due_on=due), "close", SABINE)
        return garden().offer(replace(half, today=today), person, "close").may_substitute

    assert may(late, JONAS) == ("municipal",)
    assert may(early, JONAS) == ()
    assert may(late, MIRIAM) == ()
    assert may(late, SABINE) == ()


def test_without_any_yes_there_is_nothing_to_complete() -> None:
    silent = case("growing", due_on=date(2020, 1, 1))

    assert garden().offer(silent, JONAS, "close").may_substitute == ()


def test_only_this_rounds_answer_is_confirmed() -> None:
    resubmit = tandem().workflow.transitions["resubmit"]
    forms = {
        "interest": {"title": "Sprachcafé"},
        "outline": {"summary": "…"},
        "revision_response": {"r1": {"answers": []}},
    }

    assert content_digest(resubmit, case("revision_requested", round=2, forms=forms)) is None
    assert content_digest(resubmit, case("revision_requested", round=1, forms=forms)) is not None


def test_an_agreement_is_confirmed_by_its_snapshot() -> None:
    release = tandem().workflow.transitions["release_for_signature"]
    aligning = case("agreement_alignment", agreement_digest="ab" * 32)
    both = confirmed(tandem(), aligning, "release_for_signature", SABINE, TOBIAS)

    assert content_digest(release, case("agreement_alignment")) is None
    assert len(valid_yeses(release, both)) == 2
    assert valid_yeses(release, replace(both, agreement_digest="cd" * 32)) == {}


def test_conditions_see_who_has_confirmed() -> None:
    values = garden().values(signed(PLANNING, SABINE))

    assert (values["sign_off.submit.civic"], values["sign_off.submit.municipal"]) == (True, False)


def test_a_step_without_a_sign_off_asks_no_side() -> None:
    give_up = garden().workflow.transitions["give_up"]

    assert asked_sides(give_up, garden().workflow, case("growing")) == ()
    assert asked_sides(SUBMIT, garden().workflow, case("planning")) == ("municipal", "civic")
    assert (content(give_up, PLANNING), valid_yeses(give_up, PLANNING)) == (None, {})


def test_a_signatory_may_not_confirm_for_the_side() -> None:
    people = (*PLANNING.participants, Participant(7, "Landrat", "signatory", "municipal", 12))
    landrat = Actor(7, "Landrat", frozenset({"signatory"}), "municipal")

    assert not garden().offer(replace(PLANNING, participants=people), landrat, "submit").may_sign


def reporting(sent: str | None, text: str = "Es läuft gut.") -> list[str]:
    """Return why a report on which both agree cannot be sent, and was last sent with this text."""
    t = tandem().workflow.transitions["submit_interim_report"]

    def with_text(words: str) -> Situation:
        report = {"period_to": TODAY.isoformat(), "deviations": words}
        return case("active", forms={"interim_report": report})

    now = confirmed(tandem(), with_text(text), t.id, SABINE, TOBIAS)
    last = {} if sent is None else {t.id: content_digest(t, with_text(sent))}
    return closed_by(tandem(), replace(now, last_content=last), SABINE, t.id)


def test_a_joint_step_that_stays_is_not_made_twice_with_the_same_content() -> None:
    told = f"requirement:{SENT}"

    assert told not in reporting(None)
    assert told in reporting("Es läuft gut.")
    assert told not in reporting("Es läuft gut.", "Es läuft besser.")


def test_a_joint_step_that_moves_the_case_is_made_again_with_the_same_content() -> None:
    again = signed(PLANNING, SABINE, TOBIAS)
    again = replace(again, last_content={"submit": content_digest(SUBMIT, again)})

    assert garden().offer(again, SABINE, "submit").open
