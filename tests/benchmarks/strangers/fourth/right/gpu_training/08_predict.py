# RIGHT: inference_mode, split, and a finally for the mode
import numpy as np
import torch


def predict(model, X, *, device="cpu", batch_size=1000):
    before = model.training
    model.to(device).eval()
    try:
        images = torch.from_numpy(np.array(X))
        with torch.inference_mode():
            classes = [
                model(part.to(device).permute(0, 3, 1, 2)).argmax(1).cpu()
                for part in images.split(batch_size)
            ]
    finally:
        model.train(before)
    return torch.cat(classes).long()
