"""The languages of a Moodle: no function lists them, so the ones that are there show themselves."""

from threading import Lock

from latchkey.sites.moodle.users import ALWAYS_THERE, languages_for


class Languages:
    """Which languages are there, as far as it was seen; safe to share between threads.

    `seen` is filled by whoever reads users.
    """

    def __init__(self, seen: set[str]) -> None:
        self._seen = seen
        self._lock = Lock()
        self._there: set[str] = {ALWAYS_THERE}
        self._lacking: set[str] = set()

    def candidates(self, language: str | None) -> list[str]:
        """What may be tried for a language, the best first; empty where nothing is left."""
        with self._lock:
            return [one for one in languages_for(language) if one not in self._lacking]

    def proved(self, language: str | None) -> str | None:
        """The best that is there for certain; None where that is not known, or nothing is."""
        best = next(iter(self.candidates(language)), None)
        with self._lock:
            return best if best in self._there | self._seen else None

    def is_open(self, language: str | None) -> bool:
        """Whether an account has to be made before it is known what to use."""
        return bool(self.candidates(language)) and self.proved(language) is None

    def learn(self, language: str | None, taken: str | None) -> None:
        """An account was made with `taken`, after the better ones were refused."""
        for one in self.candidates(language):
            with self._lock:
                (self._there if one == taken else self._lacking).add(one)
            if one == taken:
                return
