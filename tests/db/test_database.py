"""The database: early cutoff, absent inputs, cancellation, exceptions, searches."""

from __future__ import annotations

import pytest

from shipworthy.db.database import Cancelled, CycleError, Database, query
from shipworthy.db.inputs import MemoryFiles


@query
def words(db: Database, path: str) -> tuple[str, ...]:
    return tuple((db.text(path) or "").split())


@query
def count(db: Database, path: str) -> int:
    return len(words(db, path))


@query
def total(db: Database) -> int:
    return count(db, "/a") + count(db, "/b")


@query
def listing(db: Database, folder: str) -> tuple[str, ...]:
    return tuple(entry.name for entry in db.entries(folder) or ())


@query
def searched(db: Database, root: str) -> tuple[str, ...]:
    return tuple(entry.name for entry in db.names(root, root))


@query
def number(db: Database, path: str) -> int:
    return int(db.text(path) or "")


@query
def careful(db: Database, path: str) -> int | None:
    try:
        return number(db, path)
    except ValueError:
        return None


@query
def endless(db: Database) -> int:
    return endless(db)


@pytest.fixture
def files() -> MemoryFiles:
    return MemoryFiles({"/a": "one two", "/b": "three"})


@pytest.fixture
def db(files: MemoryFiles) -> Database:
    return Database(files)


def test_a_second_ask_computes_nothing(db: Database) -> None:
    assert total(db) == 3
    db.runs.clear()
    assert total(db) == 3
    assert not db.runs


def test_an_edit_computes_only_what_it_changed(db: Database) -> None:
    total(db)
    db.runs.clear()
    db.open("/a", "one two four")
    assert total(db) == 4
    assert db.runs == {"words": 1, "count": 1, "total": 1}


def test_an_equal_result_stops_the_wave(db: Database) -> None:
    total(db)
    db.runs.clear()
    db.open("/a", "uno due")
    assert total(db) == 3
    assert db.runs == {"words": 1, "count": 1}
    db.runs.clear()
    db.open("/a", "uno  due")
    assert total(db) == 3
    assert db.runs == {"words": 1}


def test_closing_a_buffer_brings_the_disk_back(db: Database) -> None:
    db.open("/a", "")
    assert total(db) == 1
    db.close("/a")
    assert total(db) == 3


def test_an_absent_file_is_an_input(files: MemoryFiles, db: Database) -> None:
    assert count(db, "/c") == 0
    files.files["/c"] = "x y"
    db.touch("/c")
    assert count(db, "/c") == 2


def test_creating_a_file_wakes_listings_and_searches(files: MemoryFiles, db: Database) -> None:
    assert listing(db, "/") == ("a", "b")
    assert searched(db, "/") == ("a", "b")
    files.files["/c"] = ""
    db.touch("/c")
    assert listing(db, "/") == ("a", "b", "c")
    assert searched(db, "/") == ("a", "b", "c")


def test_a_change_of_content_searches_nothing_again(files: MemoryFiles, db: Database) -> None:
    searched(db, "/")
    db.runs.clear()
    files.files["/a"] = "changed"
    db.touch("/a", listing=False)
    searched(db, "/")
    assert not db.runs


def test_an_unsaved_new_file_is_listed(db: Database) -> None:
    assert listing(db, "/") == ("a", "b")
    db.open("/new", "text")
    assert listing(db, "/") == ("a", "b", "new")
    db.close("/new")
    assert listing(db, "/") == ("a", "b")


def test_cancelling_keeps_nothing_half_done(db: Database) -> None:
    asked = iter([False, True])
    db.cancelled = lambda: next(asked, True)
    with pytest.raises(Cancelled):
        total(db)
    db.cancelled = None
    assert total(db) == 3


def test_what_raised_is_asked_again_after_its_input_changed(db: Database) -> None:
    db.open("/n", "x")
    assert careful(db, "/n") is None
    db.open("/n", "7")
    assert careful(db, "/n") == 7
    db.open("/n", "y")
    assert careful(db, "/n") is None


def test_a_setting_is_an_input(db: Database) -> None:
    @query
    def setting(db: Database) -> object:
        return db.setting("language")

    assert setting(db) is None
    db.set_setting("language", "ja")
    assert setting(db) == "ja"
    db.runs.clear()
    db.set_setting("language", "ja")
    assert setting(db) == "ja"
    assert not db.runs


def test_a_query_that_asks_for_itself_is_a_defect(db: Database) -> None:
    with pytest.raises(CycleError):
        endless(db)
