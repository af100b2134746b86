"""Turn a call into one use case and its result into an answer: command line, console, gateway, worker."""
