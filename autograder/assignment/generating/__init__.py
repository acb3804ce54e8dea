"""Makes what students receive of what the staff has written: stubs, notebooks, public tests, in each language."""
