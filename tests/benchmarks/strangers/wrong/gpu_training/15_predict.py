# WRONG: the model is always left in training mode, also if it was in evaluation mode before
import torch


@torch.no_grad()
def predict(model, X, *, device="cpu", batch_size=1000):
    model = model.to(device)
    model.eval()
    if not torch.is_tensor(X):
        X = torch.tensor(X)
    preds = []
    for i in range(0, X.shape[0], batch_size):
        batch = X[i : i + batch_size].to(device).permute(0, 3, 1, 2)
        logits = model(batch)
        preds.append(torch.argmax(logits, dim=1).cpu())
    model.train()
    return torch.cat(preds)
