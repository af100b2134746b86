"""One source per item (一数一源): who holds the same item, and from which department all others take it."""
