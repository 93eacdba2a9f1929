"""Two who type at once: their answers are brought together field by field, and none is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workflow_app.core.definition.forms import Field
from workflow_app.core.definition.model import Text
from workflow_app.core.forms.drafts import mark, marks, merge
from workflow_app.core.problems import Place

WORDS = Text("Wort", "word")
HERE = Place("forms/plan.yaml", 1, 1)
FIELDS = [
    Field(id=name, type="text", label=WORDS, place=HERE) for name in ("title", "place", "reason")
]
ANSWERS = st.dictionaries(
    st.sampled_from([f.id for f in FIELDS]), st.sampled_from(["", "Ergolding", "Landshut"])
)


def test_what_only_one_has_changed_is_kept_for_each() -> None:
    base = marks(FIELDS, {"title": "Alt"})
    merged = merge(FIELDS, base, {"title": "Neu", "place": ""}, {"title": "Alt", "place": "Hier"})

    assert dict(merged.changed) == {"title": "Neu"}
    assert merged.theirs == ("place",)
    assert merged.clashes == ()


def test_what_both_have_changed_differently_is_for_a_person_to_decide() -> None:
    base = marks(FIELDS, {"title": "Alt"})
    merged = merge(FIELDS, base, {"title": "Von Sabine"}, {"title": "Von Tobias"})

    assert merged.clashes == ("title",)
    assert not merged.changed


def test_what_both_have_typed_alike_is_no_clash() -> None:
    merged = merge(FIELDS, {}, {"title": "Gleich\r\nlang "}, {"title": "Gleich\nlang"})

    assert merged == merge(FIELDS, {}, {}, {})


@given(ANSWERS, ANSWERS, ANSWERS)
def test_no_answer_is_overwritten_unseen(
    seen: dict[str, Any], mine: dict[str, Any], kept: dict[str, Any]
) -> None:
    merged = merge(FIELDS, marks(FIELDS, seen), mine, kept)
    after = {**kept, **merged.changed}

    for field in FIELDS:
        stood, stands = (mark(field, raw.get(field.id)) for raw in (kept, after))
        if mark(field, seen.get(field.id)) != stood:
            assert stands == stood, "what others have changed stays"
        if field.id in mine and mark(field, mine[field.id]) != mark(field, seen.get(field.id)):
            theirs = field.id in merged.clashes
            assert theirs or stands == mark(field, mine[field.id]), "mine is kept, or I am asked"


def test_the_order_of_ticks_and_rows_without_words_change_nothing() -> None:
    ticks = Field(id="formats", type="several_of", label=WORDS, place=HERE)
    rows = Field(id="costs", type="rows", label=WORDS, place=HERE)

    assert mark(ticks, ["b", "a"]) == mark(ticks, ["a", "b"])
    assert mark(rows, [{"_id": "", "item": ""}]) == mark(rows, None)
    assert mark(rows, [{"item": "1"}, {"item": "2"}]) != mark(rows, [{"item": "2"}, {"item": "1"}])
