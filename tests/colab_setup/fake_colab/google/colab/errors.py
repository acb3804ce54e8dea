class Error(Exception):
    """Base class of Colab's errors."""
