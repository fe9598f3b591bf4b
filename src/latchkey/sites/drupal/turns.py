"""Who goes first: no two writes with one address, name or account are under way at once."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Condition


class Underway:
    """What is being written now, over all threads."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._changed = Condition()

    @contextmanager
    def alone(self, names: Iterable[str]) -> Iterator[None]:
        """Wait until nobody else writes something with one of these names, and keep others off."""
        wanted = set(names)
        with self._changed:
            self._changed.wait_for(lambda: not self._names & wanted)
            self._names |= wanted
        try:
            yield
        finally:
            with self._changed:
                self._names -= wanted
                self._changed.notify_all()


def turns(writes: Mapping[int, frozenset[str]]) -> list[list[int]]:
    """The numbers of the writes, in turns of such as share no name."""
    done_by_turn: list[tuple[list[int], set[str]]] = []
    for number, names in writes.items():
        sharing = (i + 1 for i, (_, held) in enumerate(done_by_turn) if held & names)
        later = max(sharing, default=0)
        if later == len(done_by_turn):
            done_by_turn.append(([], set()))
        numbers, held = done_by_turn[later]
        numbers.append(number)
        held |= names
    return [numbers for numbers, _ in done_by_turn]
