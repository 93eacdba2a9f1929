"""Random people do random things to a project, by the real engine; no promise is ever broken.

What a requirement says of values (sums, days, checksums) is taken for met, so that a walk gets far;
what it says of people, approvals, confirmations and signatures is not.
"""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.core.cases import TODAY, tandem
from workflow_app.core.cases.rights import holds, permitted
from workflow_app.core.cases.situation import Situation
from workflow_app.core.problems import Place
from workflow_app.core.simulation.play import Act, Player, Refused, Step
from workflow_app.core.simulation.simulate import Simulation
from workflow_app.core.steps.sign_off import valid_yeses
from workflow_app.core.tables.project_facts import scope_digest

ENGINE = tandem()
WORKFLOW = ENGINE.workflow
HERE = Place("walk", 1, 1)
PEOPLE = (
    Player("sabine", 1, "Sabine Kraus", ("civic_partner", "supervisor"), "civic", "Agentur"),
    Player("tobias", 2, "Tobias Lindner", ("municipal_partner",), "municipal", "Amt"),
    Player("jonas", 3, "Dr. Jonas Reiter", ("supervisor", "coordinator"), None, "Ministerium"),
    Player("miriam", 4, "Miriam Vogt", ("coordinator",), None, "Ministerium"),
    # A colleague of Sabine's who supervises elsewhere, and a supervisor of nobody's.
    Player("lena", 5, "Lena Wolf", ("supervisor", "coordinator"), "civic", "Agentur"),
    Player("emre", 6, "Emre Yilmaz", (), None, ""),
)
NAMES = [p.id for p in PEOPLE]
KEPT = frozenset(
    (
        *("named", "sides_differ", "contacts_belong", "same_organisation", "formal_only"),
        *("formally_complete", "scope_unchanged", "scope_changed", "both_signatures", "proposed"),
        *("second_person", "asked", "ground", "report_there", "both_silent", "late", "both_late"),
    )
)
"""Requirements that a promise rests on: these are never taken for met."""
ASSUMED = tuple(
    r.id for t in WORKFLOW.transitions.values() for r in (*t.requires, *t.warns) if r.id not in KEPT
) + tuple(rule.id for form in ENGINE.forms.values() for rule in form.rules)
WROTE = ("interest", "outline", "revision_response")
DECISIONS = ("approve", "reject", "request_revision")
ONWARDS: tuple[tuple[str, Act, str], ...] = (
    ("sabine", "does", "create"),
    ("tobias", "does", "confirm_partnership"),
    ("sabine", "submits", "outline"),
    ("sabine", "confirms", "submit_outline"),
    ("tobias", "confirms", "submit_outline"),
    ("miriam", "submits", "review"),
    ("jonas", "does", "approve"),
    ("tobias", "does", "propose_agreement"),
    ("sabine", "confirms", "release_for_signature"),
    ("tobias", "confirms", "release_for_signature"),
    ("jonas", "does", "release_for_signature"),
    ("miriam", "submits", "signature"),
    ("miriam", "does", "register_signed"),
)
STEPS = st.tuples(
    st.sampled_from(NAMES),
    st.one_of(
        st.tuples(st.just("does"), st.sampled_from(list(WORKFLOW.transitions))),
        st.tuples(
            st.just("confirms"),
            st.sampled_from([t.id for t in WORKFLOW.transitions.values() if t.sign_off]),
        ),
        st.tuples(st.just("submits"), st.sampled_from(list(ENGINE.forms))),
    ),
)


class AnyWalk(RuleBasedStateMachine):
    """A project, and what its history says of who did what."""

    def __init__(self) -> None:
        super().__init__()
        self.game = Simulation(ENGINE, PEOPLE, TODAY)
        self.wrote: set[int] = set()
        self.agreed: str | None = None
        """The agreement's digest that both sides had confirmed when it was released."""
        self.entered = 0

    @rule(step=STEPS)
    def anybody_tries_anything(self, step: tuple[str, tuple[Act, str]]) -> None:
        self._try(step[0], *step[1])

    @rule(number=st.integers(0, 30), who=st.sampled_from(NAMES))
    def somebody_takes_a_step_of_the_state(self, number: int, who: str) -> None:
        offers = self.game.offers(who)
        if offers:
            self._try(who, "does", offers[number % len(offers)].transition.id)

    @rule(times=st.integers(1, 6))
    def it_goes_on(self, times: int) -> None:
        for _ in range(times):
            before = self.game.situation
            for who, act, target in ONWARDS:
                self._try(who, act, target)
                if self.game.situation.state != before.state:
                    break

    @precondition(lambda self: self.game.situation.state is not None)
    @rule(days=st.integers(1, 100))
    def time_passes(self, days: int) -> None:
        self._try("", "days", str(days))

    def _try(self, who: str, act: Act, target: str) -> None:
        before = self.game.situation
        step = Step(act, target, HERE, who, assume=ASSUMED)
        with suppress(Refused):
            self.game.take(step)
        if self.game.situation is not before:
            self._judge(before, step)

    # ── What must hold ──────────────────────────────────────────────────────────────────────────

    def _judge(self, before: Situation, step: Step) -> None:
        after = self.game.situation
        if step.act in ("does", "confirms") and before.state is not None:
            assert step.target in WORKFLOW.states[before.state].exits
        if step.act == "does":
            self._entitled(before, step)
        self._remember(before, after, step)
        if after.state == "active" and before.state != "active":
            self.entered += 1
            self._may_be_active(after)

    def _entitled(self, before: Situation, step: Step) -> None:
        t = WORKFLOW.transitions[step.target]
        player = self.game.people[step.who]
        past = Simulation(ENGINE, PEOPLE, TODAY)
        past.situation = before
        actor = past.actor(step.who)
        assert t.trigger == "person"
        assert any(holds(actor, role, before) for role in t.by)
        assert not any(holds(actor, role, before) for role in t.not_by)
        if before.state is not None and t.decision:
            assert permitted(WORKFLOW.states[before.state], "view", actor, before)
        if t.id in DECISIONS:
            assert player.number not in self.wrote
            assert player.organisation not in ("Agentur", "Amt")
        if t.sign_off and not t.sign_off.substitute_by and t.sign_off.sides == "both":
            yeses = valid_yeses(t, before)
            assert set(yeses) == set(WORKFLOW.sides)
            assert len({yes.person for yes in yeses.values()}) == len(WORKFLOW.sides)

    def _remember(self, before: Situation, after: Situation, step: Step) -> None:
        form = step.target if step.act == "submits" else None
        if step.act == "does" and not WORKFLOW.transitions[step.target].sign_off:
            form = WORKFLOW.transitions[step.target].form
        if form in WROTE:
            self.wrote.add(self.game.people[step.who].number)
        if step.target == "release_for_signature" and after.state == "signature_pending":
            self.agreed = before.agreement_digest
        if after.agreement_digest != self.agreed:
            self.agreed = None

    def _may_be_active(self, after: Situation) -> None:
        assert "approve" in after.last_actor
        assert after.accepted_scope == scope_digest(WORKFLOW.scope, after)
        assert self.agreed is not None
        slots = {s.slot for s in after.submissions.get("signature", ())}
        assert slots == set(WORKFLOW.sides)


AnyWalk.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
test_nobody_finds_a_way_past_the_promises = AnyWalk.TestCase


def test_a_walk_that_goes_on_gets_to_the_active_phase() -> None:
    walk = AnyWalk()

    walk.it_goes_on(12)

    assert walk.game.situation.state == "active"
    assert walk.entered == 1
