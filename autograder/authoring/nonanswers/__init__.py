"""Functions that compute nothing, held against every case of a suite."""
