"""One row for each rule: a case in which all else holds, and the small difference that it refuses.

Rules of steps (requirements and warnings of a workflow) and rules of forms stand in one table a
phase. `tests/core/test_rules.py` tries each row and names each rule that has none.

To add a row for a new rule, find the step in `READY` (or the form in `FILLED`) of its phase: there
stand who acts and a case in which everything holds. A row adds the difference alone:

    step("finish", "activity_held", "nothing took place", forms={"activity": {"status": "planned"}})

`None` takes out what is named. `open={...}` says the difference that is just allowed, for limits,
and a list of them where there are several ways to pass.

Fields that another answer, or a step, makes required stand in `required.py`; conditions on which a
state asks somebody or offers a form in `waiting.py`. The limits of single fields need no rows:
`tests/core/forms/test_limits.py` reads them from the forms.
"""
