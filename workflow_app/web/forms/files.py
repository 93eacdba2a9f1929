"""Files in a form: an upload is kept at once, and named by a sealed reference from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from itsdangerous import BadSignature
from wtforms.utils import unset_value

from workflow_app.web.forms.fields import Asked


class AskedFiles(Asked):
    """One file or several: sealed references to what is already kept, and a place for new ones."""

    control = "files"

    @property
    def several(self) -> bool:
        """Say whether more than one file may be given."""
        return self.definition.type == "files"

    @property
    def upload_name(self) -> str:
        """Return the name under which the browser sends a new file."""
        return f"{self.name}-upload"

    def read(self, formdata: Any) -> list[dict[str, Any]]:
        """Return the files already kept; a reference whose seal is broken is none."""
        kept = []
        for sealed in formdata.getlist(self.name):
            try:
                kept.append(dict(self.asking.seal.loads(sealed)))
            except BadSignature:
                continue
        return kept

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Iterable[Any] | None = None
    ) -> None:
        """Take the kept files; a single one is held as a list of one."""
        super().process(formdata, data, extra_filters)
        if isinstance(self.typed, Mapping):
            self.typed = [dict(self.typed)]

    def blank(self) -> list[dict[str, Any]]:
        """Return that there is no file."""
        return []

    def keep(self, file: Mapping[str, Any]) -> None:
        """Take a file that was just uploaded; it replaces the single one."""
        self.typed = [*(self.typed if self.several else ()), dict(file)]

    @property
    def words(self) -> list[str]:
        """Return the names of the files."""
        return [str(file.get("name", "")) for file in self.typed]

    @property
    def sealed(self) -> list[tuple[dict[str, Any], str]]:
        """Return each kept file with its sealed reference."""
        return [(file, str(self.asking.seal.dumps(file))) for file in self.typed]
