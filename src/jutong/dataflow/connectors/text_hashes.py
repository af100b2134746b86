"""What both sides of the row hash `sha1_text_v1` agree on; `pipelines.text_hashes` has the pool's side.

A text stands as it is; a whole number in digits; money with four decimals; a date as `YYYY-MM-DD`; date and time as
`YYYY-MM-DD HH:MM:SS.ffffff`; yes and no as 1 and 0. A double is its whole part and, behind a colon, its fraction
times 2^62 without decimals: what two libraries print for one double may differ, what they compute does not. Beyond
9e18 and below 1e-20 it is its shortest text.
"""

from typing import Final

METHOD: Final = "sha1_text_v1"
FIELD: Final = "\x1f"
NOTHING: Final = "\x1e"
DIGITS: Final = 16
"""So many hexadecimal digits of the SHA-1 are the hash."""
