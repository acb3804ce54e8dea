"""Grades as `run_autograder` does: the name by which Otter's Dockerfile takes the script into its image."""

from .__main__ import main

main(["grade"])
