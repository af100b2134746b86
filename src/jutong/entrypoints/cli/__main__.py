"""`python -m jutong.entrypoints.cli`."""

from jutong.entrypoints.cli import main

main()
