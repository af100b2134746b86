"""Standards (标准): data elements (数据元) and code lists (代码集) in versions, to which information items bind."""
