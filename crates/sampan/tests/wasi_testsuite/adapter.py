"""How WebAssembly/wasi-testsuite runs its programs under Sampan. The binary is named by the variable SAMPAN."""

import atexit
import os
import shutil
import subprocess
import tempfile
from typing import Dict, List, Optional, Tuple

SAMPAN = os.environ.get("SAMPAN", "sampan")


def get_name() -> str:
    return "sampan"


def get_version() -> str:
    version = subprocess.run([SAMPAN, "--version"], encoding="UTF-8", capture_output=True, check=True)
    return version.stdout.split()[1]


def get_wasi_versions() -> List[str]:
    return ["wasm32-wasip1", "wasm32-wasip3"]


def get_wasi_worlds() -> List[str]:
    return ["wasi:cli/command", "wasi:http/service"]


def copy_of(root: str) -> str:
    """The programs change what they are given, and find what others left: files named `*.cleanup`."""
    copy = tempfile.mkdtemp(prefix="wasi-root-")
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    shutil.copytree(
        root, copy, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.cleanup")
    )
    return copy


def compute_argv(
    test_path: str,
    args_env_root: Tuple[List[str], Dict[str, str], Optional[str]],
    proposals: List[str],
    wasi_world: str,
    wasi_version: str,
) -> List[str]:
    args, env, root = args_env_root
    argv = [SAMPAN, "run"]
    for name, value in env.items():
        argv += ["--env", f"{name}={value}"]
    if root:
        argv += ["--volume", f"{copy_of(root)}:/"]
    if wasi_world == "wasi:http/service":
        argv += ["--publish", "80"]
    if "http" in proposals:
        argv += ["--allow-http", "*"]
    if "sockets" in proposals:
        for protocol in ["", "/udp"]:
            argv += ["--allow-net", f"*:*{protocol}"]
            for address in ["0.0.0.0", "[::]"]:
                argv += ["--allow-listen", f"{address}:*{protocol}"]
    return argv + [test_path] + args
