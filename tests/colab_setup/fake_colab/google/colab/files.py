from google.colab import log


def download(filename):
    log(f"download {filename}")
