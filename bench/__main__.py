"""`make bench`: run every script of this folder, one after another, and print what each measured.

python -m bench             # all of them
python -m bench gateway     # those whose name contains a word
"""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def scripts(words: list[str]) -> list[str]:
    """Names of the scripts, in order; those of parts (`_…`) are left out."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    return [name for name in names if not words or any(word in name for word in words)]


def main() -> int:
    chosen = scripts(sys.argv[1:])
    if not chosen:
        print(f"没有匹配的测量脚本。可选 Choose from: {', '.join(scripts([]))}", file=sys.stderr)
        return 2
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    )
    failed = []
    for name in chosen:
        print(f"\n── {name}", flush=True)
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=FOLDER.parent, check=False)
        print(f"   ({time.perf_counter() - started:.0f} s)", flush=True)
        if done.returncode != 0:
            failed.append(name)
    if failed:
        print(f"\n✗ 未完成 Did not finish: {', '.join(failed)}。请看上方各自的输出。", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
