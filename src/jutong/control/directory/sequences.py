"""Numbers that only grow: taken under the row's lock, so that two who ask at once never get the same one."""

from django.db import IntegrityError, transaction
from django.db.models import F, Model


def next_number(model: type[Model], field: str, **key: str | int) -> int:
    """Add one to `field` of the row `key` (made on first use); within the caller's transaction.

    The update comes first: it takes the row's lock on PostgreSQL, on SQLite a writer has the database already.
    """
    rows = model._default_manager.filter(**key)  # noqa: SLF001 - Django's documented way to any model's rows
    if not rows.update(**{field: F(field) + 1}):
        try:
            with transaction.atomic():
                model._default_manager.create(**key, **{field: 1})  # noqa: SLF001
        except IntegrityError:  # another was first
            rows.update(**{field: F(field) + 1})
    number: int = rows.values_list(field, flat=True).get()
    return number
