"""Stands in for Colab's own package, made from its public signatures; put its folder on the path.

FAKE_COLAB_DRIVE says what the student answers: granted (which it is without), refused, slow, used, none, terminal.
FAKE_COLAB_LOG is a file that gets a line for every call, FAKE_COLAB_NOTEBOOK what the front end shows.
"""

import os


def log(line):
    if path := os.environ.get("FAKE_COLAB_LOG"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(line + "\n")
