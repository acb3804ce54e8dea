import os

from google.colab import _message, log

__all__ = ["flush_and_unmount", "mount"]


def flush_and_unmount(timeout_ms=24 * 60 * 60 * 1000):
    log("flush_and_unmount")


def mount(mountpoint, force_remount=False, timeout_ms=120000, readonly=False):
    log(f"mount {mountpoint} {force_remount} {timeout_ms} {readonly}")
    answer = os.environ.get("FAKE_COLAB_DRIVE", "granted")
    if answer == "refused":
        raise _message.MessageError("Error: credential propagation was unsuccessful")
    if answer == "slow":
        raise ValueError("mount failed: timeout during initial read of root folder")
    if answer == "used":
        raise ValueError("Mountpoint must not already contain files")
    if answer == "policy":
        raise ValueError("The domain policy has disabled Drive File Stream")
    if answer == "none":
        raise NotImplementedError("google.colab.drive is unsupported in this environment.")
    if answer == "terminal":
        raise AttributeError("'NoneType' object has no attribute 'kernel'")
    if answer == "empty":
        return
    os.makedirs(os.path.join(mountpoint, "MyDrive"), exist_ok=True)
    print(f"Mounted at {mountpoint}")
