"""Runs a suite's cases on variants of the reference, in this process, and proves by mutants what they catch."""
