"""Inspection (目录体检): the linter over the whole catalogue with what is known of sources, use and lists."""
