"""What an installation gives to its operations: definitions, files, its address and its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from workflow_app.documents.library import Library
from workflow_app.services.catalogue import Catalogue
from workflow_app.services.work.post import Post
from workflow_app.store.files import Files


@dataclass
class Site:
    """One installation, as the roof sets it up."""

    content: tuple[Path, ...]
    """Content folders, an organisation's own first."""
    data: Path
    """Folder of the embedded default: files, and mail unless a server takes it."""
    base_url: str
    publisher: str
    """Whose documents these are: the programme office's name."""
    post: Post
    """Where mails are handed in."""
    sender: str
    """Address from which mails are sent."""
    secret_key: str = field(repr=False)
    """Signs personal links, and hides what is only counted."""
    follows_content: bool = False
    """Changed content files come into force at once (for development), not by publishing them."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the definitions."""
        return Catalogue(self.content, follows_content=self.follows_content)

    @cached_property
    def files(self) -> Files:
        """Return the folder of files."""
        return Files(self.data / "files")

    @cached_property
    def library(self) -> Library:
        """Return the document templates."""
        return Library(self.content)
