"""A headless Chromium that opens one page, and tells what it asked for and what it complained about."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,800",
    "--force-device-scale-factor=1",
)


def missing() -> str | None:
    """Say what a test in a browser lacks here; None where nothing is missing."""
    if find_spec("selenium") is None:
        return "selenium is not installed"
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        return (
            "chromium and chromedriver are not installed (Debian: apt-get install chromium chromium-driver)"
        )
    return None


@contextmanager
def browser(profile: Path) -> Iterator[Any]:
    """Open a browser with a fresh profile, and close it."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    quiet = {**os.environ, "SE_OFFLINE": "true", "SE_AVOID_STATS": "true"}
    driver = Chrome(options=options, service=Service(str(shutil.which("chromedriver")), env=quiet))
    try:
        yield driver
    finally:
        driver.quit()


def requests(driver: Any) -> list[str]:
    """List what was asked for since the last look."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]


def complaints(driver: Any) -> list[str]:
    """List what the console said since the last look."""
    return [entry["message"] for entry in driver.get_log("browser")]
