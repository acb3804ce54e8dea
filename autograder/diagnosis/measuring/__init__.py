"""Sentences for answers that no known mistake explains: what can be measured, also of functions that draw at random."""
