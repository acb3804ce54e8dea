# WRONG: the model is left in evaluation mode.
import numpy as np
import torch


def predict(model, X, *, device="cpu", batch_size=1000):
    model.to(device)
    model.eval()
    X = torch.as_tensor(np.array(X))
    preds = []
    with torch.inference_mode():
        for start in range(0, X.shape[0], batch_size):
            xb = X[start:start + batch_size].permute(0, 3, 1, 2).to(device)
            preds.append(torch.argmax(model(xb), 1).cpu())
    return torch.cat(preds)
