"""All that the kit has inside the sandbox; nothing of it may import more than the standard library, numpy, msgpack and torch."""
