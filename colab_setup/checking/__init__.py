"""The public tests on a student's modules, in a process of their own, and saved modules read anew. It knows no hidden case."""
