"""What npm has: members of a package, put into a folder."""

import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path


def unpack(npm: str, package: str, members: Mapping[str, str], folder: Path, timeout: float) -> str:
    """Put the members into the folder, each by the name given for it.

    Returns why npm did not give the package, empty when it did. ValueError when a member is no
    file, subprocess.TimeoutExpired after so many seconds.
    """
    packed = subprocess.run(
        [npm, "pack", "--loglevel=error", "--fetch-retries=1", "--cache=npm", package],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if packed.returncode != 0:
        why = packed.stderr.partition("\n")[0] or f"exit status {packed.returncode}"
        return f"npm pack {package} failed: {why}"
    with tarfile.open(next(folder.glob("*.tgz"))) as tarball:
        for member, name in members.items():
            # Read, since extracting with a filter needs Python 3.11.4.
            content = tarball.extractfile(member)
            if content is None:
                raise ValueError(f"{member} of {package} is no file")
            with content, (folder / name).open("wb") as copy:
                shutil.copyfileobj(content, copy)
    return ""
