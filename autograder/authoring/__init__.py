"""What an author and a release need: samples, leaks, handouts, releases, validation, calibration. It never grades a real submission."""
