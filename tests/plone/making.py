"""Makes up definitions: what real ones use, what they rarely use, and what nobody should write."""

from __future__ import annotations

import random
from xml.sax.saxutils import escape, quoteattr

ROLES = ("Editor", "Reviewer", "Owner", "Manager", "Anonymous", "Authenticated", "Reader")
PERMISSIONS = (
    *("View", "Modify portal content", "Request review", "Review portal content"),
    *("Access contents information", "our: Approve", "our- Approve", "List folder contents"),
)
GROUPS = ("county", "agency", "owner")
VARIABLES = ("actor", "comments", "time", "action", "seen", "kept", "hidden", "who")
EXPRESSIONS = (
    *(
        "user/getId",
        "here/getId",
        "state_change/getDateTime",
        "nothing",
        "string:set",
        "string:a b",
    ),
    *("transition/getId|nothing", "status/seen|nothing", "status/kept|string:none", "not:nothing"),
    *("not:status/seen|nothing", "kwargs/comment|string:no", "state_change/kwargs/comment|nothing"),
    *("status/seen|status/kept|user/getId", "string: padded", "string:$$5", "object/getId"),
    "python:state_change.kwargs.get('comment', '')",
    "python:kwargs.get('comment')",
    "python:len(state_change.getHistory())",
    "python:'%s,x' % state_change.status.get('comments', '')",
    "python:'%s-%s' % (user.getId(), status.get('comments'))",
    "python:state_change.status.get('kept') or 'fallback'",
    "python:status.get('kept') and user.getId()",
    *("python:5", "python:-1", "python:1.5", "python:None", "python:True", "python:''"),
    "python:not status.get('actor')",
)
CONDITIONS = (
    *("nothing", "string:yes", "not:nothing", "status/seen|nothing", "python:1", "python:0"),
    *("transition/getId|nothing", "user/getId", "not:user/getId", "kwargs/comment|nothing"),
    "python:not state_change.kwargs.get('comment')",
    "python:len(state_change.getHistory()) < 4",
    "python:len(state_change.getHistory()) % 2 == 0",
    "python:user.getId() != 'role:Editor'",
    "python:status.get('actor') == user.getId()",
    "python:status.get('actor') != user.getId() and 'Editor' in user.getRolesInContext(here)",
    "python:user.has_role('Owner', here) or user.has_role(('Reviewer', 'Reader'), here)",
    "python:'Manager' not in user.getRolesInContext(here)",
    "python:status.get('review_state') in ('s0', 's1')",
    "python: status.get('kept', 0) not in ['7', 4]",
    "python:status.get('kept') is None",
    "python:status.get('kept') is not None and not user.getId() is None",
    "python:here.title == ''",
    "here/title",
    "python:\nlen(state_change.getHistory())\n   >= 2",
)
ODD_IDS = ("s 1", "s.1", "S-1", "ä", "title", "getId", "s/1", "_s", "x__", "s<", "keys", "addState")


class Maker:
    """Makes one definition from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.odd = self.rng.random() < 0.4
        """Whether the file holds what nobody should write."""
        self.lines: list[str] = []

    def chance(self, of: float) -> bool:
        return self.rng.random() < of

    def oddly(self, of: float) -> bool:
        return self.odd and self.rng.random() < of

    def some(self, names: tuple[str, ...], most: int = 3) -> list[str]:
        return self.rng.sample(names, self.rng.randint(0, min(most, len(names))))

    def tag(self, tag: str, text: str = "", /, **attributes: str) -> str:
        told = "".join(
            f" {key}={quoteattr(value)}"
            for key, value in attributes.items()
            if not (self.odd and self.rng.random() < 0.0015)
        )
        inside = escape(text)
        if text and self.oddly(0.05):
            inside = f"\n   {inside}\n  "
        if self.oddly(0.02):
            inside += "<!-- said -->"
        if self.oddly(0.01):
            inside += "<![CDATA[lost]]>"
        return f"<{tag}{told}>{inside}</{tag}>"

    def definition(self) -> bytes:
        """Return the XML."""
        rng = self.rng
        states = [f"s{i}" for i in range(rng.randint(1, 5))]
        transitions = [f"t{i}" for i in range(rng.randint(1, 7))]
        if self.oddly(0.15):
            states.append(rng.choice(ODD_IDS))
        self.states, self.transitions = states, transitions
        state_variable = "review_state" if self.chance(0.9) else self.rng.choice(["state", "kept"])
        initial = "gone" if self.oddly(0.02) else rng.choice(states)
        parts = [
            *(self.tag("permission", p) for p in self.some(PERMISSIONS, 5)),
            *(self.tag("group", g) for g in self.some(GROUPS, 2)),
            *(self.state(s) for s in states),
            *(self.transition(t) for t in transitions),
            *(self.variable(v) for v in self.some(VARIABLES, 7)),
            *(self.worklist(f"w{i}") for i in range(rng.randint(0, 2))),
        ]
        if self.oddly(0.1):
            parts.append(self.state(rng.choice(states)))
        if self.oddly(0.1):
            parts.append(self.transition(rng.choice(transitions)))
        if self.chance(0.15):
            guard = self.guard()
            parts.append(f"<instance-creation-conditions>{guard}</instance-creation-conditions>")
        if self.chance(0.1):
            parts.append('<script script_id="tell" type="Script (Python)" filename=""/>')
        if self.oddly(0.3):
            rng.shuffle(parts)
        head = self.tag(
            "dc-workflow",
            workflow_id="made up",
            title="Gemacht" if self.chance(0.5) else "Grün",
            state_variable=state_variable,
            initial_state=initial,
            manager_bypass=rng.choice(["True", "False", "False", "1", "no", "YES"]),
        ).removesuffix("</dc-workflow>")
        text = f"{head}{''.join(parts)}</dc-workflow>"
        if self.oddly(0.02):
            text = text[: rng.randrange(len(text))]
        encoding = rng.choice(["utf-8", "utf-8", "iso-8859-1", "windows-1252", "utf-16"])
        declared = f'<?xml version="1.0" encoding="{encoding}"?>\n'
        return (declared + text).encode(encoding, "xmlcharrefreplace")

    def names(self, tag: str, names: tuple[str, ...]) -> str:
        chosen = self.some(names)
        if chosen and self.chance(0.15):
            chosen = ["; ".join(chosen)]
        if self.oddly(0.03):
            chosen.append(self.rng.choice(["", ";", " ; Editor", "nobody;"]))
        return "".join(self.tag(tag, name) for name in chosen)

    def guard(self) -> str:
        if self.oddly(0.004):
            return ""
        parts = []
        if self.chance(0.3):
            parts.append(self.names("guard-permission", PERMISSIONS))
        if self.chance(0.35):
            parts.append(self.names("guard-role", ROLES))
        if self.chance(0.12):
            parts.append(self.names("guard-group", GROUPS))
        if self.chance(0.25):
            condition = self.rng.choice(CONDITIONS if self.chance(0.8) else EXPRESSIONS)
            parts.append(self.tag("guard-expression", condition))
        return f"<guard>{''.join(parts)}</guard>"

    def state(self, name: str) -> str:
        rng = self.rng
        exits = rng.sample(self.transitions, rng.randint(0, len(self.transitions)))
        if exits and self.oddly(0.2):
            exits.append(rng.choice([*exits, "nowhere"]))
        parts = [f"<exit-transition transition_id={quoteattr(e)}/>" for e in exits]
        for permission in self.some(PERMISSIONS, 5):
            roles = rng.choice(
                [self.some(ROLES, 4), self.some((*ROLES, "Unknown"), 2), ["Manager"]]
            )
            acquired = rng.choice(["True", "False", "False", "true", "1", "0", ""])
            inside = "".join(self.tag("permission-role", r) for r in roles)
            parts.append(
                f"<permission-map name={quoteattr(permission)} acquired={quoteattr(acquired)}>"
                f"{inside}</permission-map>"
            )
        for group in self.some(GROUPS, 2):
            roles = self.some((*ROLES, "Unknown"), 3)
            inside = "".join(self.tag("group-role", r) for r in roles)
            parts.append(f"<group-map name={quoteattr(group)}>{inside}</group-map>")
        for variable in self.some(VARIABLES, 2) if self.chance(0.3) else ():
            kind, value = rng.choice(
                [
                    *[
                        ("string", "text"),
                        ("int", "4"),
                        ("bool", "True"),
                        ("bool", "x"),
                        ("none", ""),
                    ],
                    *[("float", "1.5"), ("unknown", "u"), ("", "e"), ("int", " 3 ")],
                ]
            )
            value = "bad" if self.oddly(0.02) else value
            parts.append(self.tag("assignment", value, name=variable, type=kind))
        if self.chance(0.3):
            parts.append(self.tag("description", " Ein\n   Zustand "))
        title = rng.choice(["", "Ein Titel", "A < B"])
        return self.tag("state", state_id=name, title=title).replace("</state>", "") + (
            "".join(parts) + "</state>"
        )

    def transition(self, name: str) -> str:
        rng = self.rng
        target = rng.choice([*self.states, ""])
        if self.oddly(0.04):
            target = "nowhere"
        trigger = rng.choice(["USER"] * 5 + ["AUTOMATIC"])
        if self.oddly(0.005):
            trigger = rng.choice(["user", "", "WORKFLOW METHOD"])
        script = "tell" if self.chance(0.05) else ""
        parts = [self.guard()]
        if self.chance(0.8):
            shown = rng.choice([name, name, "", "Los"])
            parts.append(
                self.tag("action", shown, url="%(content_url)s/go", category="workflow", icon="")
            )
        for variable in self.some(VARIABLES, 3) if self.chance(0.4) else ():
            parts.append(self.tag("assignment", rng.choice(EXPRESSIONS), name=variable))
        return self.tag(
            "transition",
            transition_id=name,
            title="",
            new_state=target,
            trigger=trigger,
            before_script=script,
            after_script=rng.choice([script, ""]),
        ).replace("</transition>", "") + ("".join(parts) + "</transition>")

    def variable(self, name: str) -> str:
        rng = self.rng
        default = ""
        if self.chance(0.7):
            value, expression = "", ""
            if self.chance(0.5):
                kind, text = rng.choice(
                    [
                        *[
                            ("int", "7"),
                            ("bool", "1"),
                            ("none", ""),
                            ("float", "2"),
                            ("string", "o"),
                        ],
                        *[("", "plain"), ("n/a", "n")],
                    ]
                )
                value = self.tag("value", text, type=kind) if kind else self.tag("value", text)
            if self.chance(0.6):
                expression = self.tag("expression", rng.choice(EXPRESSIONS))
            default = f"<default>{value}{expression}</default>"
        flags = {
            flag: rng.choice(["True", "True", "False", "yes"])
            for flag in ("for_catalog", "for_status", "update_always")
            if self.chance(0.85)
        }
        return self.tag("variable", variable_id=name, **flags).replace("</variable>", "") + (
            f"{default}{self.guard()}</variable>"
        )

    def worklist(self, name: str) -> str:
        rng = self.rng
        parts = [self.guard()]
        shown = rng.choice(["Offen (%(count)d)", "Offen (%(count)d)", ""])
        parts.append(self.tag("action", shown, url="%(portal_url)s/list", category="global"))
        states = "; ".join(self.some(tuple(self.states), 2)) or "s0"
        parts.append(f'<match name="review_state" values={quoteattr(states)}/>')
        if self.chance(0.2):
            values = rng.choice(["o", "7;set", "owner;  role:Editor", "True", "%(user_id)s"])
            parts.append(f'<match name="{rng.choice(VARIABLES)}" values="{values}"/>')
        return self.tag("worklist", worklist_id=name, title="").replace("</worklist>", "") + (
            "".join(parts) + "</worklist>"
        )


def make(seed: int) -> bytes:
    """Return the definition of a seed, the same each time."""
    return Maker(seed).definition()
