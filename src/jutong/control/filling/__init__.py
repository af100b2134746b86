"""Data of departments without a system (填报): forms and Excel templates made from entries, submissions with receipts."""
