"""Collection (归集) as people see it: sources, bindings, schedules, runs. The rows move in the data plane."""
