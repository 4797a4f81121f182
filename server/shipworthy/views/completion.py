"""Completion: what could stand at a place of a Dockerfile, an ignore file or a compose file."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.files import kind_of
from shipworthy.views.candidates import Offer
from shipworthy.views.compose_completion import compose_offer, is_compose_name
from shipworthy.views.compose_files import is_compose
from shipworthy.views.dockerfile_completion import dockerfile_offer
from shipworthy.views.ignore_completion import ignore_offer
from shipworthy.views.inline_places import inline_place, outer_offer


def completion(db: Database, path: str, offset: int) -> Offer | None:
    """The candidates at an absolute offset (code points); None where nothing is known."""
    inner = inline_place(db, path, offset)
    if inner is not None:
        offer = dockerfile_offer(db, *inner)
        found = offer and outer_offer(db, inner.path, offer)
        # In the indentation of the text there is no place of the Dockerfile.
        return found if found and found.span.start <= offset <= found.span.end else None
    kind = kind_of(path)
    if kind == "dockerfile":
        return dockerfile_offer(db, path, offset)
    if kind == "ignore":
        return ignore_offer(db, path, offset)
    if kind == "yaml" and (is_compose_name(path) or is_compose(db, path)):
        return compose_offer(db, path, offset)
    return None
