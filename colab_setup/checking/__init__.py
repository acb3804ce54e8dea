"""The public tests on a student's modules, in a process of their own. It knows no hidden case."""
