"""What a grading tells people, in sentences. It decides nothing."""
