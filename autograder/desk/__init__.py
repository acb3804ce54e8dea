"""The staff's desk: a local web page with the class, all of each student, and what people decide about grades.

`serving` starts it, `guard` says whom it answers, `site` maps addresses to what is done, and the other modules gather what a
page shows. It must never decide a grade by itself, and what it shows as saved is on the disk.
"""

from .desk import Desk, DeskError, open_desk
from .serving import Serving, serve

__all__ = ["Desk", "DeskError", "Serving", "open_desk", "serve"]
