"""Puts what the pages need from npm into src/latchkey/web/static/vendor: `make vendor`.

The versions stand here; the files are kept in the repository, so that an installation needs neither
npm nor any other host.
"""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "src/latchkey/web/static/vendor"
ICONS = """
activity arrow-clockwise arrow-down arrow-left arrow-right arrow-up arrows-vertical book
box-arrow-in-right box-arrow-right box-arrow-up-right bug building calendar-event card-checklist
check-circle check-lg chevron-down chevron-left chevron-right circle-half clock clock-history
clipboard cloud-check cloud-slash copy database download envelope envelope-exclamation
exclamation-octagon exclamation-triangle eye file-earmark-arrow-up files funnel gear globe2
grip-vertical hand-index-thumb house hourglass-split inbox info-circle key journal-text
lightning-charge link-45deg list list-check moon-stars mortarboard pause-circle pause-fill
pencil people person person-check person-plus person-x play-circle play-fill plug plus-lg
question-circle search shield-check shield-exclamation sliders stop-circle sun tag trash unlock
upload x-circle x-lg
""".split()  # noqa: SIM905 - a list of words reads better so


@dataclass(frozen=True, slots=True)
class Package:
    """A package of npm and the files that are taken from it, by the name they get here."""

    name: str
    version: str
    files: dict[str, str]


PACKAGES = (
    Package("bootstrap", "5.3.9", {"dist/css/bootstrap.min.css": "bootstrap.min.css"}),
    Package("htmx.org", "2.0.11", {"dist/htmx.min.js": "htmx.min.js"}),
    Package("bootstrap-icons", "1.13.2", {}),
)


def main() -> None:
    """Fetch every package and put its files and its licence into place."""
    TARGET.mkdir(parents=True, exist_ok=True)
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            unpacked = _unpacked(package, Path(folder))
            _take(package, unpacked)
            said = json.loads((unpacked / "package.json").read_text(encoding="utf-8"))
            told[package.name] = {"version": package.version, "licence": said["license"]}
            sys.stdout.write(f"{package.name} {package.version}\n")
    (TARGET / "versions.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _unpacked(package: Package, folder: Path) -> Path:
    wanted = f"{package.name}@{package.version}"
    packing = ["npm", "pack", wanted, "--json", "--loglevel=error"]
    said = subprocess.run(  # noqa: S603 - names and versions are those above
        packing, cwd=folder, check=True, capture_output=True, text=True
    )
    place = folder / package.name
    with tarfile.open(folder / json.loads(said.stdout)[0]["filename"]) as archive:
        archive.extractall(place, filter="data")
    return place / "package"


def _take(package: Package, unpacked: Path) -> None:
    for source, name in package.files.items():
        text = (unpacked / source).read_text(encoding="utf-8")
        # The maps are not taken, and a browser would ask for them in vain.
        text = re.sub(r"\s*(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$", "\n", text)
        (TARGET / name).write_text(text, encoding="utf-8")
    licence = (unpacked / "LICENSE").read_text(encoding="utf-8")
    (TARGET / f"{package.name}.LICENSE").write_text(licence, encoding="utf-8")
    if package.name == "bootstrap-icons":
        (TARGET / "icons.svg").write_text(_sprite(unpacked / "icons"), encoding="utf-8")


def _sprite(icons: Path) -> str:
    """The icons in use as one file of symbols, each found by its name."""
    symbols = []
    for name in sorted(ICONS):
        drawing = (icons / f"{name}.svg").read_text(encoding="utf-8")
        inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        if inside is None:
            raise ValueError(f"{name}.svg holds no drawing")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{inside[1].strip()}</symbol>')
    joined = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{joined}\n</svg>\n'


if __name__ == "__main__":
    main()
