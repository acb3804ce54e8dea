"""Judges: the processes that work with what a submission sends, and who asks them. The store is never here."""
