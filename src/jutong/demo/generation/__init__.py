"""Tables of the generated city, made set by set in SQL: places, people, what happens to them, what they own."""
