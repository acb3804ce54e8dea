"""The kit in a container: what Gradescope and `otter grade` build an image from, and how it grades there.

`setup.sh` makes the image, `run_autograder` grades the one submission that is put into it.
"""
