"""The model thread: order, coalescing, and who may call off what."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from shipworthy.db.database import Cancelled
from shipworthy.lsp.worker import PATIENCE, Worker

Log = list[str]


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture
def log() -> Log:
    return []


def test_changes_are_taken_in_together_and_looked_at_once(log: Log) -> None:
    worker: Worker[Log] = Worker(lambda desk, _: desk.append("look"))
    for name in "abc":
        worker.change(lambda desk, name=name: desk.append(name))  # type: ignore[misc]
    worker.start(lambda: log)
    until(lambda: "look" in log)
    assert log == ["a", "b", "c", "look"]
    worker.stop()


def test_requests_see_all_changes_and_go_before_the_look(log: Log) -> None:
    worker: Worker[Log] = Worker(lambda desk, _: desk.append("look"))
    worker.change(lambda desk: desk.append("change"))
    asked = worker.ask(lambda desk, _: list(desk))
    worker.start(lambda: log)
    assert asked.result(10) == ["change"]
    until(lambda: log == ["change", "look"])
    worker.stop()


def test_a_change_calls_the_look_off_until_patience_ends(log: Log) -> None:
    looks = []
    begun = threading.Event()

    def look(desk: Log, interrupted: Callable[[], bool]) -> None:
        looks.append(time.monotonic())
        begun.set()
        for _ in range(20):
            time.sleep(0.005)
            if interrupted():
                raise Cancelled
        desk.append("look")

    worker: Worker[Log] = Worker(look)
    worker.start(lambda: log)
    first = time.monotonic()
    while "look" not in log:
        assert time.monotonic() - first < 10
        worker.change(lambda desk: None)
        time.sleep(0.01)
    took = time.monotonic() - first
    assert begun.is_set()
    assert len(looks) > 1
    assert took >= PATIENCE
    worker.stop()


def test_a_request_calls_the_look_off_and_cancelling_calls_the_request_off(log: Log) -> None:
    busy = threading.Event()

    def look(_desk: Log, interrupted: Callable[[], bool]) -> None:
        busy.set()
        while not interrupted():
            time.sleep(0.001)
        raise Cancelled

    worker: Worker[Log] = Worker(look)
    worker.start(lambda: log)
    worker.change(lambda desk: None)
    assert busy.wait(10)
    assert worker.ask(lambda _desk, _: 7).result(10) == 7
    stuck = threading.Event()

    def endless(_desk: Log, interrupted: Callable[[], bool]) -> None:
        stuck.set()
        while not interrupted():
            time.sleep(0.001)
        log.append("called off")
        raise Cancelled

    asked = worker.ask(endless)
    assert stuck.wait(10)
    assert asked.cancel()
    until(lambda: "called off" in log)
    worker.stop()


def test_slow_requests_let_quick_ones_first_and_begin_again(log: Log) -> None:
    worker: Worker[Log] = Worker(lambda desk, _: desk.append("look"))
    worker.start(lambda: log)
    begun = threading.Event()

    def slow(desk: Log, interrupted: Callable[[], bool]) -> str:
        if not begun.is_set():
            begun.set()
            while not interrupted():
                time.sleep(0.001)
            raise Cancelled
        desk.append("slow")
        return "done"

    asked = worker.ask(slow, slow=True)
    assert begun.wait(10)
    worker.change(lambda desk: desk.append("change"))
    assert asked.result(10) == "done"
    assert log == ["change", "look", "slow"]
    worker.stop()


def test_failures_stay_with_whom_they_concern(log: Log) -> None:
    worker: Worker[Log] = Worker(lambda desk, _: desk.append("look"))
    worker.start(lambda: log)

    def fail(_desk: Log, _interrupted: object = None) -> None:
        raise ValueError("no")

    worker.change(fail)
    assert isinstance(worker.ask(fail).exception(10), ValueError)
    until(lambda: log == ["look"])
    worker.stop()
