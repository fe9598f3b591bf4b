"""Opens doors for connectors, all with the same rules: dry run, limits, observation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latchkey.remote.call import (
    DEFAULT_LIMITS,
    Guard,
    Limits,
    Observer,
    ReadTest,
    allow,
    by_method,
    ignore,
)
from latchkey.remote.http import HttpDoor
from latchkey.remote.process import CommandTest, ProcessDoor
from latchkey.remote.secrets import Secret


@dataclass(frozen=True, slots=True)
class Doors:
    """What a connector is given to open its door with.

    In a dry run no write leaves a door, whatever the connector does. `observe` hears of every call,
    `guard` is asked before every write and may raise Paused.
    """

    dry_run: bool = False
    observe: Observer = ignore
    guard: Guard = allow
    limits: Limits = DEFAULT_LIMITS

    def http(
        self,
        url: str,
        *,
        headers: Mapping[str, str | Secret] | None = None,
        basic: tuple[str, Secret] | None = None,
        is_read: ReadTest = by_method,
        connections: int = 4,
        allow_http: bool = False,
    ) -> HttpDoor:
        """A door to one origin. SiteError when the address is not one that may be used."""
        return HttpDoor(
            url,
            headers=headers or {},
            basic=basic,
            is_read=is_read,
            connections=connections,
            allow_http=allow_http,
            dry_run=self.dry_run,
            observe=self.observe,
            guard=self.guard,
            limits=self.limits,
        )

    def process(
        self, argv: Sequence[str], *, opening: bytes, greeting: str, is_read: CommandTest
    ) -> ProcessDoor:
        """A door to a program. It is given `opening`; its first object has the key `greeting`.

        SiteError when there is no program in `argv`. Nothing is started yet.
        """
        return ProcessDoor(
            argv,
            opening=opening,
            greeting=greeting,
            is_read=is_read,
            dry_run=self.dry_run,
            observe=self.observe,
            guard=self.guard,
            limits=self.limits,
        )
