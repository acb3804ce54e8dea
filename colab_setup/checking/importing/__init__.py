"""How the modules of a folder are found and imported, at home and where they are graded: the sandbox has these files too."""
