"""The data map (数据图谱): departments, duties, systems, entries, items, tables and uses as one graph."""
