import json
import os

from google.colab import errors, log


class MessageError(errors.Error):
    """An error that the front end answers with."""


def blocking_request(request_type, request="", timeout_sec=5, parent=None):
    log(f"blocking_request {request_type}")
    path = os.environ.get("FAKE_COLAB_NOTEBOOK")
    if request_type != "get_ipynb" or path is None:
        return None  # what a time-out gives
    with open(path, encoding="utf-8") as file:
        return {"ipynb": json.load(file)}
