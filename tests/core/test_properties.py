"""Whatever is typed, sent or written into a file: an answer or a clear refusal, never a crash."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.cases import GARDEN, PEOPLE, TODAY, case, garden, read, shipped, tandem, texts
from workflow_app.core.canonical import canonical
from workflow_app.core.cases.situation import Actor, Participant, Situation
from workflow_app.core.definition.forms import Field, Form, Option
from workflow_app.core.definition.model import Text
from workflow_app.core.forms.drafts import as_typed
from workflow_app.core.forms.fields import FIELD_TYPES
from workflow_app.core.forms.typed import Unreadable, date_of, decimal_of
from workflow_app.core.forms.validation import Check
from workflow_app.core.parsing.forms import parse_form, parse_list
from workflow_app.core.parsing.source import read as read_yaml
from workflow_app.core.parsing.workflows import parse_programme, parse_workflow
from workflow_app.core.problems import Place, Problems
from workflow_app.core.steps.engine import Engine
from workflow_app.core.verification.verify import verify

often = settings(deadline=None, max_examples=200, derandomize=True)
seldom = settings(
    deadline=None,
    max_examples=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LABEL = Text("Feld", "Field")
FIELDS = {
    kind: Field(
        "f", kind, LABEL, Place("x", 1, 1), options=(Option("a", LABEL), Option("b", LABEL))
    )
    for kind in FIELD_TYPES
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["8.450", "1.2.2027", "yes", "a", "x" * 30_000, "09274", "\x00", "٣", "²"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["_id", "a", "name", "width", "sha256", "A1"]) | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


# ── Numbers and days ────────────────────────────────────────────────────────────────────────────


@often
@given(st.text(max_size=40) | st.text("+-.,€ 0123456789", max_size=25))
def test_a_number_is_read_or_refused(typed: str) -> None:
    with suppress(Unreadable):
        assert decimal_of(typed).is_finite()


@often
@given(st.text(max_size=40) | st.text("./- 0123456789", max_size=10))
def test_a_day_is_read_or_refused(typed: str) -> None:
    with suppress(Unreadable):
        assert date_of(typed).year > 0


@often
@given(st.decimals(min_value=-(10**10), max_value=10**10, places=4))
def test_a_number_written_in_either_language_comes_back(number: Decimal) -> None:
    english = f"{number:,f}"
    german = english.translate(str.maketrans(",.", ".,"))
    kept = FIELD_TYPES["decimal"].read(german, FIELDS["decimal"])

    assert decimal_of(german) == decimal_of(english) == decimal_of(kept) == number
    assert FIELD_TYPES["decimal"].read(kept, FIELDS["decimal"]) == kept


@often
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_written_in_either_way_comes_back(day: date) -> None:
    assert date_of(f"{day.day}.{day.month}.{day.year}") == day
    assert date_of(day.isoformat()) == day


@often
@given(st.sampled_from(sorted(FIELD_TYPES)), JSON)
def test_a_field_of_any_type_reads_or_refuses_anything(kind: str, raw: Any) -> None:
    try:
        value = FIELD_TYPES[kind].read(raw, FIELDS[kind])
    except Unreadable:
        return
    if kind not in ("rows", "computed") and value is not None:
        # What was read can be kept, and read again.
        assert canonical(value)
        assert FIELD_TYPES[kind].read(value, FIELDS[kind]) == value


# ── Files that people write ─────────────────────────────────────────────────────────────────────


@often
@given(st.text() | st.text(alphabet="{}[]:,-?&*!|>'\"%@` \n\tab0#\ud800"))
def test_any_text_is_read_as_yaml_or_refused(text: str) -> None:
    problems = Problems()

    root = read_yaml(text, "x.yaml", problems)

    assert (root is None) == bool(problems)


MUTATIONS = [
    "",
    "yes",
    "[]",
    "{}",
    "- ",
    "  ",
    "null",
    "é",
    ": ",
    "'",
    "stay",
    "{de: x}",
    "-1",
    "&a",
]


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """Return `text` with lines taken out, doubled, moved, or with a piece replaced."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        act = draw(st.sampled_from(["drop", "double", "move", "replace", "indent"]))
        if act == "drop":
            del lines[at]
        elif act == "double":
            lines.insert(at, lines[at])
        elif act == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        elif act == "indent":
            lines[at] = "  " + lines[at]
        else:
            cut = draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:cut] + draw(st.sampled_from(MUTATIONS))
        lines = lines or [""]
    return "\n".join(lines)


def parse_anything(text: str) -> Problems:
    """Read a text as every kind of file that there is."""
    problems = Problems()
    parse_workflow(text, "w.yaml", problems)
    parse_form(text, "f.yaml", {}, problems)
    parse_list(text, "l.yaml", problems)
    parse_programme(text, "p.yaml", problems)
    return problems


SMALL = sorted(name for name, text in texts().items() if len(text) < 3000)


@seldom
@given(st.data(), st.sampled_from(SMALL))
def test_a_form_or_list_with_mistakes_is_read_or_refused(data: st.DataObject, name: str) -> None:
    problems = parse_anything(data.draw(mutated(texts()[name])))

    assert all(p.de and p.en and p.place.line >= 1 for p in problems)


@settings(seldom, max_examples=6)
@given(st.data())
def test_the_shipped_workflow_with_mistakes_is_read_or_refused(data: st.DataObject) -> None:
    problems = Problems()

    parse_workflow(data.draw(mutated(texts()["workflows/tandem_project.yaml"])), "w", problems)

    assert all(p.place.line >= 1 for p in problems)


@settings(seldom, max_examples=40)
@given(st.data())
def test_what_verify_lets_through_can_run(data: st.DataObject) -> None:
    problems = Problems()
    files = {p.stem: read(p) for p in sorted(GARDEN.glob("*.yaml"))}
    wrong = data.draw(st.sampled_from(sorted(files)))
    files[wrong] = data.draw(mutated(files[wrong]))
    parsed = [parse_form(t, n, {}, problems) for n, t in files.items() if n != "workflow"]
    workflow = parse_workflow(files["workflow"], "workflow", problems)
    if workflow is None:
        return

    forms: dict[str, Form] = {f.id: f for f in parsed if f}
    problems.extend(verify(workflow, forms, {}))

    if not problems.errors:
        engine = Engine(workflow, forms, {})
        for state in workflow.states:
            situation = case(state)
            engine.turns(situation)
            for actor in PEOPLE:
                engine.offers(situation, actor)


# ── Who may what ────────────────────────────────────────────────────────────────────────────────

STATES = st.sampled_from([None, *shipped()[0].states])


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Return some case of a tandem project, whether or not it could come about."""
    workflow, forms, _, _ = shipped()
    values = {
        "interest": {"civic_contact": "1", "municipal_contact": "2", "county": "09274"},
        "outline": {"start_date": "2026-05-01", "end_date": "2026-12-31"},
        "review": {"r1": {"formal": {"costs": "no"}}},
        "activity": {"a": {"status": "held"}},
        "self_evaluation": {"civic": {"items": {"A1": "1"}}},
    }
    chosen = draw(st.sets(st.sampled_from(sorted(values))))
    return case(
        draw(STATES),
        round=draw(st.integers(0, 2)),
        initiating_side=draw(st.sampled_from([None, "municipal", "civic"])),
        variables=frozenset(draw(st.sets(st.sampled_from(sorted(workflow.variables))))),
        entered_on=TODAY - timedelta(days=draw(st.integers(0, 400))),
        agreement_digest=draw(st.sampled_from([None, "ab" * 32])),
        forms={name: values[name] for name in chosen if name in forms},
    )


STRANGER = Actor(99, "Emre Yilmaz", frozenset(), None, frozenset({99}))
READER = Actor(98, "Anna Wolf", frozenset({"reader"}))


@settings(often, max_examples=80)
@given(situations(), st.sampled_from([STRANGER, READER]))
def test_nothing_ever_opens_to_somebody_without_a_role(situation: Situation, who: Actor) -> None:
    for offer in tandem().offers(situation, who):
        assert (offer.open, offer.mine, offer.may_sign) == (False, False, False)
        assert offer.reasons[0].kind == "who"


@settings(often, max_examples=80)
@given(situations(), st.sampled_from(["supervisor", "coordinator"]), st.booleans())
def test_whoever_takes_part_never_decides(situation: Situation, role: str, member: bool) -> None:
    people = (*situation.participants, Participant(5, "Jana Roth", "signatory", "civic", 11))
    jana = Actor(5 if member else 6, "Jana Roth", frozenset({role}), None, frozenset({11}))
    seated = replace(situation, participants=people)

    assert [
        o.transition.id for o in tandem().offers(seated, jana) if o.open and o.transition.decision
    ] == []


@settings(often, max_examples=80)
@given(situations(), st.sampled_from(PEOPLE))
def test_what_is_offered_and_what_may_be_done_are_the_same(
    situation: Situation, who: Actor
) -> None:
    for offer in tandem().offers(situation, who):
        assert tandem().offer(situation, who, offer.transition.id) == offer
        if offer.open:
            target = tandem().target(offer.transition, situation.state)
            assert target in tandem().workflow.states


@settings(often, max_examples=80)
@given(situations())
def test_what_is_not_yet_possible_never_opens(situation: Situation) -> None:
    for who in PEOPLE:
        for offer in tandem().offers(situation, who):
            if any(r.undecided for r in offer.transition.requires):
                assert not offer.open


# ── What is sent ────────────────────────────────────────────────────────────────────────────────

ENGINES = {"plan": garden, "check": garden, "visit": garden, "view": garden}
ENGINES |= dict.fromkeys(("outline", "agreement", "activity", "self_evaluation"), tandem)


def check(form: str, before: dict[str, Any], first: bool) -> Check:
    engine = ENGINES[form]()
    return Check(
        form=engine.forms[form],
        today=TODAY,
        fillable=frozenset(f.id for f in engine.forms[form].fields),
        before=before,
        others=engine.values(case(None)),
        condition=lambda text: engine.form_condition(form, text),
        row_condition=lambda rows, text: engine.row_condition(form, rows, text),
        known=lambda kind, key: True,
        first=first,
    )


@st.composite
def sent(draw: st.DrawFn, form: str) -> dict[str, Any]:
    """Return what might be sent for a form: any JSON under its fields, or rows of any JSON."""
    fields = ENGINES[form]().forms[form].fields
    raw: dict[str, Any] = {}
    for field in draw(st.sets(st.sampled_from(fields), max_size=6)):
        if field.type == "rows" and draw(st.booleans()):
            cells = st.fixed_dictionaries({}, optional={c.id: JSON for c in field.columns})
            raw[field.id] = draw(st.lists(cells, max_size=3))
        else:
            raw[field.id] = draw(JSON)
    return raw


@settings(often, max_examples=20)
@pytest.mark.parametrize("form", sorted(ENGINES))
@given(st.data())
def test_whatever_is_sent_is_checked_and_what_is_taken_can_be_sent_again(
    form: str, data: st.DataObject
) -> None:
    raw = data.draw(sent(form))

    found = check(form, {}, first=data.draw(st.booleans())).run(raw)
    again = check(form, dict(found.values), first=True).run(found.values)

    assert all(p.text.de and p.text.en for p in found.problems)
    assert canonical(dict(found.values))
    assert again.values == found.values
    assert set(found.values) <= {f.id for f in ENGINES[form]().forms[form].fields}


@often
@given(st.lists(st.lists(st.sampled_from("ABCDE"), max_size=4), min_size=2, max_size=5))
def test_a_row_keeps_its_id_and_no_other_gets_it(versions: list[list[str]]) -> None:
    before: dict[str, Any] = {}
    owner: dict[str, str] = {}
    used: set[str] = set()
    for names in versions:
        kept = {row["name"]: row["_id"] for row in before.get("beds", [])}
        rows = [{"_id": kept.pop(n, ""), "name": n, "width": "1"} for n in names]
        step = check("plan", before, first=not before)
        step.used_ids = {"beds": used}
        before = dict(step.run({"beds": rows}).values)
        ids = [row["_id"] for row in before.get("beds", [])]
        assert len(set(ids)) == len(ids)
        for row in before.get("beds", []):
            assert owner.setdefault(row["_id"], row["name"]) == row["name"]
        used |= set(ids)


def test_what_no_json_knows_is_refused() -> None:
    for raw in (math.nan, math.inf, 10**400, 2**53):
        with pytest.raises(Unreadable):
            FIELD_TYPES["integer"].read(raw, FIELDS["integer"])


@settings(often, max_examples=60)
@given(situations(), st.data())
def test_in_whatever_order_names_are_read_they_say_the_same(
    situation: Situation, data: st.DataObject
) -> None:
    whole = dict(tandem().values(situation, "pause"))
    names = ["nobody.knows", *tandem().names.types]
    one_by_one = tandem().values(situation).at("pause")
    for name in [*data.draw(st.lists(st.sampled_from(names), max_size=20)), *reversed(names)]:
        assert (name in one_by_one) == (name in whole)
        assert one_by_one.get(name) == whole.get(name)
    assert dict(one_by_one) == whole


@often
@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_decimal_shown_in_a_form_again_is_read_as_the_same(number: Decimal) -> None:
    kept = FIELD_TYPES["decimal"].read(f"{number:f}".replace(".", ","), FIELDS["decimal"])

    assert Decimal(kept) == number
    assert FIELD_TYPES["decimal"].read(as_typed(FIELDS["decimal"], kept), FIELDS["decimal"]) == kept


@often
@given(st.integers(-(10**12), 10**12))
def test_an_amount_is_the_same_however_it_is_written(cents: int) -> None:
    amount = Decimal(cents) / 100
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    written = (english, german, f"{german} €", f"EUR {german}", f"{amount:.2f}".replace(".", ","))
    # Below a thousand there are no groups: 1,25 and 1.25 mean the same.
    read = {FIELD_TYPES["money"].read(text, FIELDS["money"]) for text in written}

    assert {Decimal(value) for value in read} == {amount}
    (kept,) = read
    assert FIELD_TYPES["money"].read(as_typed(FIELDS["money"], kept), FIELDS["money"]) == kept


@often
@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)))
def test_a_day_with_its_time_shown_again_is_read_as_the_same(moment: datetime) -> None:
    wanted = moment.replace(second=0, microsecond=0).isoformat()

    for kind, value in (("date", wanted[:10]), ("date_time", wanted)):
        assert FIELD_TYPES[kind].read(as_typed(FIELDS[kind], value), FIELDS[kind]) == value
