"""`make bench`: every number that the documents give, measured here and now.

Read them as ratios within one run: a busy machine makes all of them worse. ARGS chooses parts:
`make bench ARGS="latency lists"`.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import latency, throughput
from bench.children import say
from bench.table import Row, show

MANY = 100_000
ROWS = 50_000
AIM_MEGABYTES = 200


def main() -> None:
    """Measure the parts that are asked for, and print each as soon as it is known."""
    parser = argparse.ArgumentParser(description="What the numbers in the documents come from.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all, unless named")
    chosen = parser.parse_args().parts or list(PARTS)
    for number, name in enumerate(chosen):
        with tempfile.TemporaryDirectory(prefix="latchkey-bench-") as folder:
            show(PARTS[name](Path(folder)), heading=number == 0)


def _planning(folder: Path) -> list[Row]:
    outcome = say("planning", str(folder), str(MANY))
    return [
        _memory("planning", outcome, f"{outcome['planned']} contacts"),
        {
            "what": "contacts planned a second",
            "measured": f"{outcome['planned'] / outcome['seconds']:.0f}",
            "of": f"{outcome['planned']} contacts",
            "aim": "",
        },
    ]


def _import(folder: Path) -> list[Row]:
    outcome = say("importing", str(folder), str(ROWS))
    return [_memory("importing a file", outcome, f"{outcome['created']} rows of 84 columns")]


def _memory(doing: str, outcome: Mapping[str, float], of: str) -> Row:
    return {
        "what": f"memory at most, {doing}",
        "measured": f"{outcome['megabytes']:.0f} MB",
        "of": of,
        "aim": f"under {AIM_MEGABYTES} MB",
    }


def _lists(folder: Path) -> list[Row]:
    took = say("lists", str(folder))
    return [
        {
            "what": f"the list {path}",
            "measured": f"{milliseconds:.0f} ms",
            "of": f"{MANY} accounts",
            "aim": "",
        }
        for path, milliseconds in took.items()
    ]


PARTS: Mapping[str, Callable[[Path], list[Row]]] = {
    "throughput": throughput.measured,
    "latency": latency.measured,
    "planning": _planning,
    "import": _import,
    "lists": _lists,
}


if __name__ == "__main__":
    main()
