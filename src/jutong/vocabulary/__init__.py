"""The facts of the field, as pure functions and frozen values: identifiers, divisions, code lists, terms."""
