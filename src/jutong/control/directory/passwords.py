"""The password rule that Django does not bring (GB/T 22239-2019 level 3, as customarily set)."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
NEEDED: Final = 3


class MixedCharactersValidator:
    """A password has at least three of: small letters, capital letters, digits, other characters."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises `ValidationError` when fewer classes are in `password`."""
        del user
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < NEEDED:
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return _("密码须包含大写字母、小写字母、数字、符号中的至少三类。")
