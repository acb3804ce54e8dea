"""Explains wrong answers by those of mutants, looked up in a process of its own."""
