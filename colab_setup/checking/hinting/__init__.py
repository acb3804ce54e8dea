"""What is said of a case that failed beside its message: sealed hints on known mistakes, and what can be measured."""
