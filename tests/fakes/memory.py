"""How much memory a process took at most."""

from pathlib import Path


def peak_megabytes() -> float:
    """Of this process since it began.

    The kernel's own mark: that of `getrusage` is taken over from the process that forked it.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) / 1024
