"""A plugin of pytest that writes a line for each test into the file that LISTING names: how it ended, and its name."""

import os

ENDINGS = {}
LISTING = open(os.environ["LISTING"], "a", buffering=1)


def pytest_runtest_logreport(report):
    name = report.nodeid
    if report.failed:
        ENDINGS[name] = "failed"
    elif report.skipped:
        ENDINGS.setdefault(name, "skipped")
    elif report.when == "call":
        ENDINGS.setdefault(name, "passed")
    if report.when == "teardown":
        LISTING.write(f"{ENDINGS.get(name, 'failed')} {name}\n")
