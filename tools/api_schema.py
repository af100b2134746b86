"""Store the description of /api/v1 with which the tests compare.

python tools/api_schema.py
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Final

STORED: Final = Path(__file__).resolve().parent.parent / "tests/public/api_v1.json"


def main() -> None:
    os.environ.setdefault("JUTONG_HOME", str(Path(tempfile.gettempdir()) / "jutong-reference"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")
    import django

    django.setup()
    from jutong.entrypoints.api.schema import document

    text = json.dumps(document(), ensure_ascii=False, indent=1)
    STORED.write_text(f"{text}\n", encoding="utf-8")
    print(f"{STORED.name}: {len(document()['paths'])} addresses")


if __name__ == "__main__":
    main()
