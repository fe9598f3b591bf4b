"""The program end of a pipe with faults: run by itself, with a folder and a command.

It starts the command, and hands line after line to it and back. What is to go wrong stands in the
folder's faults.json; what came stands in its acts.jsonl.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

START = "start"
DENIED = 255
LONG = 60
HTML = b"<!DOCTYPE html><html><body><h1>One moment, please</h1></body></html>\n"


def main() -> None:
    """Forward the opening and then line by line, with what goes wrong."""
    folder, command = Path(sys.argv[1]), sys.argv[2:]
    if fault := _fault(folder, START):
        _begin_badly(fault)
    target = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert target.stdin is not None
    assert target.stdout is not None
    heard, said = sys.stdin.buffer, sys.stdout.buffer
    length = heard.readline()
    _put(target.stdin, length + heard.read(int(length)) + heard.readline())
    _put(said, _line(target.stdout))
    try:
        for line in heard:
            _pass_on(folder, line, (target.stdin, target.stdout))
    finally:
        target.stdin.close()
        target.wait(timeout=20)


def _begin_badly(fault: dict[str, Any]) -> None:
    match fault["kind"]:
        case "deny":
            sys.stderr.write(fault["words"] or "web@host: Permission denied (publickey).\n")
            raise SystemExit(DENIED)
        case "html":
            _put(sys.stdout.buffer, HTML * 300)
            raise SystemExit(0)
        case "stall":
            time.sleep(LONG)
        case kind:
            raise SystemExit(f"no fault {kind} at the start")


def _pass_on(folder: Path, line: bytes, target: tuple[IO[bytes], IO[bytes]]) -> None:
    op = json.loads(line)["op"]
    fault = _fault(folder, op)
    kind = fault["kind"] if fault else "pass"
    forwarded = kind in {"pass", "lose", "cut", "nonsense"}
    _note(folder, op, forwarded=forwarded)
    answer = _answered(line, target) if forwarded else b""
    match kind:
        case "pass":
            _put(sys.stdout.buffer, answer)
        case "nonsense":
            _put(sys.stdout.buffer, b'{"ref": 0, "ok": true}\n')
        case "html":
            _put(sys.stdout.buffer, HTML)
            raise SystemExit(0)
        case "cut":
            _put(sys.stdout.buffer, answer[: len(answer) // 2])
            raise SystemExit(0)
        case "stall":
            time.sleep(LONG)
        case "quote":
            sys.stderr.write(line.decode())
            raise SystemExit(1)
        case _:
            raise SystemExit(0)


def _answered(line: bytes, target: tuple[IO[bytes], IO[bytes]]) -> bytes:
    into, out = target
    _put(into, line)
    answer = _line(out)
    if not answer:  # it ended, and so does the wire
        raise SystemExit(0)
    return answer


def _line(out: IO[bytes]) -> bytes:
    """The next line that is not empty."""
    line = out.readline()
    while line == b"\n":
        line = out.readline()
    return line


def _fault(folder: Path, op: str) -> dict[str, Any] | None:
    before = (folder / "acts.jsonl").read_text("utf-8").splitlines()
    rules: list[dict[str, Any]] = json.loads((folder / "faults.json").read_text("utf-8"))
    for rule in rules:
        meant = rule["ops"] or [op] if op != START else rule["ops"]
        if op not in meant:
            continue
        earlier = [one for one in before[rule["after"] :] if json.loads(one)["op"] in meant]
        if rule["number"] in (None, len(earlier) + 1):
            return rule
    return None


def _note(folder: Path, op: str, *, forwarded: bool) -> None:
    with (folder / "acts.jsonl").open("a", encoding="utf-8") as acts:
        acts.write(json.dumps({"op": op, "forwarded": forwarded}) + "\n")


def _put(stream: IO[bytes], data: bytes) -> None:
    stream.write(data)
    stream.flush()


if __name__ == "__main__":
    main()
