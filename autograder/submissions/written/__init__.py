"""Written answers and pictures in a notebook. Nothing of a notebook is executed."""
