"""Các hàm mất mát của một bộ phân loại trên một lô điểm số, trong PyTorch (bài giảng 1: hàm mất mát).

Trong mọi hàm
    logits và scores là các tensor (N, C) có dtype thực, điểm số của C lớp cho N mẫu,
    y là (N,), các lớp đúng: một tensor int64 trên cùng thiết bị, giá trị trong 0 .. C - 1.
Bạn có thể giả sử N >= 1 và C >= 2, và điểm số hữu hạn. Mất mát là một tensor vô hướng (kích thước ()) có dtype
và thiết bị của điểm số, và autograd lấy được đạo hàm của nó theo điểm số. Không hàm nào thay đổi đối số của mình,
gọi hàm mất mát có sẵn của torch.nn.functional, hay lặp qua các mẫu hoặc các lớp. Logarit là logarit tự nhiên.
"""

import torch


def cross_entropy(logits, y, label_smoothing=0.0):
    """Entropy chéo của softmax của các logit, trung bình trên lô, với nhãn đã làm mượt.

    logits: (N, C), y: (N,), label_smoothing: một số e trong [0, 1). Trả về số vô hướng

        trung bình theo i của  - tổng theo c của q_ic log p_ic,   p_i = softmax(logits_i),

    trong đó q_i cho mỗi lớp e / C, và lớp đúng thêm 1 - e: với e = 0 đó là -log p_{i, y_i}.
    Hãy viết log p_ic = s_ic - log(tổng theo k của exp(s_ik)) và trước hết trừ cả hàng cho giá trị lớn nhất của nó, để
    mất mát và gradient hữu hạn với mọi logit hữu hạn, chẳng hạn +-10,000.
    Nguồn: bài giảng 1, bộ phân loại softmax; làm mượt nhãn: Szegedy et al. 2016, "Rethinking the Inception
    architecture", mục 7.
    """
    raise NotImplementedError("cross_entropy: not written yet")


def multiclass_hinge(scores, y, delta=1.0):
    """Hàm mất mát SVM đa lớp (hinge), trung bình trên lô.

    scores: (N, C), y: (N,), delta: khoảng biên, một số >= 0. Trả về số vô hướng

        trung bình theo i của  tổng theo j != y_i của max(0, s_ij - s_{i, y_i} + delta).

    Lớp đúng không nằm trong tổng. Khi khoảng biên đúng bằng 0 thì gradient của nó bằng 0.
    Nguồn: bài giảng 1, hàm mất mát; ghi chú CS231n, "Linear classification", hàm mất mát SVM đa lớp.
    """
    raise NotImplementedError("multiclass_hinge: not written yet")
