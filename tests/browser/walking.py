"""Goes through all pages once, and writes down what it meets on each."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request

from browser.serving import Served

ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What may differ where there is less room; colours do not.
OF_ROOM = ["target-size", "scrollable-region-focusable", "td-headers-attr", "th-has-data-cells"]
RULES = """async (rules) => (await axe.run(document, {runOnly: rules})).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))}`)"""
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
# What one would have to scroll sideways for, outside of the tables, which may.
OUTSIDE = """() => [...document.querySelectorAll("main a, main button, main input, main select")]
    .filter((one) => one.checkVisibility() && !one.closest(".table-wrap, .visually-hidden"))
    .filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
    }).map((one) => one.outerHTML.slice(0, 120))"""
# What is being loaded is faded, and not read meanwhile.
SETTLED = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"


@dataclass(frozen=True, slots=True)
class Walk:
    """What was met, by address: headings, findings of axe-core, and what did not fit its window."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    policies: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)


def walk(page: Page, served: Served, addresses: list[str], axe: str, widths: list[int]) -> Walk:
    """Look at each page as it is, and again at each of the widths (pixels of CSS)."""
    met = Walk()
    listen(page, met)
    size = page.viewport_size
    assert size is not None
    for address in addresses:
        _open(page, served, address, met)
        page.wait_for_function(SETTLED)
        page.evaluate(axe)
        met.findings.extend(f"{address} {one}" for one in page.evaluate(RULES, ALL))
        for width in widths:
            page.set_viewport_size({"width": width, "height": 640})
            found = page.evaluate(RULES, OF_ROOM)
            met.findings.extend(f"{address} at {width} {one}" for one in found)
            outside = page.evaluate(OUTSIDE)
            if page.evaluate(WIDER) or outside:
                met.too_wide.append(f"{address} at {width}: {outside}")
        if widths:
            page.set_viewport_size(size)
    return met


def read(page: Page, served: Served, addresses: list[str]) -> Walk:
    """Read each page, with or without JavaScript."""
    met = Walk()
    listen(page, met)
    for address in addresses:
        _open(page, served, address, met)
    return met


def listen(page: Page, met: Walk) -> None:
    """Write down whom a page asks, and what the browser complains about."""

    def asked(request: Request) -> None:
        met.hosts.add(urlsplit(request.url).netloc)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            met.complaints.append(f"{page.url}: {message.text}")

    def failed(error: Error) -> None:
        met.complaints.append(f"{page.url}: {error}")

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", failed)


def _open(page: Page, served: Served, address: str, met: Walk) -> None:
    answer = page.goto(f"{served.url}{address}", wait_until="load")
    assert answer is not None
    assert answer.ok, f"{address} answers {answer.status}"
    met.policies[address] = answer.headers.get("content-security-policy", "")
    met.headings[address] = " ".join(page.locator("h1").all_inner_texts())
