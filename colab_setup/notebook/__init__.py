"""What a notebook does around its cells: reads saved modules anew, checks questions, tells which cells have not been run."""
