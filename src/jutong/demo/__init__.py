"""The generated demo city and its score."""
