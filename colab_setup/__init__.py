"""What runs first in Colab and on a laptop: only the standard library at import."""
