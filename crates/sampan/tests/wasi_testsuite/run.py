"""Runs WebAssembly/wasi-testsuite by its own runner: run.py FOLDER RESULT.json"""

import enum
import glob
import os
import sys

suite, result = sys.argv[1:]
sys.path.insert(0, os.path.join(suite, "test-runner"))

if sys.version_info < (3, 12):
    # The runner asks whether an enumeration has a value, which Python 3.11 answers by an error.
    has = enum.EnumType.__contains__
    enum.EnumType.__contains__ = lambda cls, value: (
        has(cls, value) if isinstance(value, enum.Enum) else value in cls._value2member_map_
    )

from wasi_test_runner.__main__ import main  # noqa: E402

adapter = os.path.join(os.path.dirname(os.path.abspath(__file__)), "adapter.py")
folders = sorted(glob.glob(os.path.join(suite, "tests", "*", "testsuite", "*")))
sys.argv[1:] = ["--disable-colors", "-r", adapter, "--json-output-location", result, "-t", *folders]
sys.exit(main())
