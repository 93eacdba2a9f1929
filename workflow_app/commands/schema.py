"""`tandem workflow schema`: what an editor needs to check and complete definition files."""

from __future__ import annotations

from pathlib import Path

import click

from workflow_app.commands.frame import clear_errors


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs/schema"),
    show_default=True,
    help="Folder to write into; it is made if it is not there.",
)
@clear_errors
def schema(out: Path) -> None:
    """Write the JSON Schemas of workflow, form, list and clause files."""
    from workflow_app.core.schema.files import texts

    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (out / name).write_text(text, encoding="utf-8")
        click.echo(out / name)
