"""A headless Chromium that opens one page, and tells what it asked for and what it complained about."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Opened:
    """A page in a browser.

    Attributes:
        page: what Playwright calls a page.
        requests: every address that was asked for.
        complaints: what the console said, and errors that nobody caught.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def missing() -> str | None:
    """Say what a test in a browser lacks here; None where nothing is missing."""
    if find_spec("playwright") is None:
        return "playwright is not installed"
    if chromium() is None:
        return "chromium is not installed (Debian: apt-get install chromium)"
    return None


def chromium() -> str | None:
    """Find the browser."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Any]:
    """Start a browser, and close it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            yield started
        finally:
            started.close()


def opened(started: Any, file: Path, **how: Any) -> Opened:
    """Open a file in a tab of its own that remembers nothing of others.

    Args:
        started: the browser.
        file: the page.
        how: what else the tab shall be, such as `reduced_motion="reduce"`.
    """
    context = started.new_context(viewport={"width": 1280, "height": 800}, **how)
    found = Opened(context.new_page())
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(file.as_uri())
    return found
