"""Vẫn hai hàm mất mát ấy với gradient viết bằng tay, dưới dạng phép toán của autograd (bài giảng 1: hạ gradient).

Một phép toán là một lớp có hai phương thức tĩnh mà PyTorch gọi: `forward` tính mất mát và giữ trong `ctx`
những gì gradient cần; `backward` nhận gradient của kết quả cuối cùng theo mất mát,
`grad_output`, và theo quy tắc chuỗi trả về một gradient cho mỗi đối số của `forward` sau `ctx`, None cho
những đối số không có gradient. Autograd không ghi lại hai phương thức này: những gì bạn viết trong `backward` chính là gradient.

Trong mọi phương thức
    logits và scores là các tensor (N, C) có dtype thực, y là (N,), int64, giá trị trong 0 .. C - 1,
    grad_output là một tensor vô hướng.
Bạn có thể giả sử N >= 1, C >= 2 và điểm số hữu hạn. Mất mát là trung bình trên lô. Không phương thức nào thay đổi các tensor nhận vào
hay lặp qua các mẫu hoặc các lớp. Hãy kiểm tra những gì bạn viết bằng torch.autograd.gradcheck, với float64.
"""

import torch


class CrossEntropy(torch.autograd.Function):
    """Entropy chéo với nhãn đã làm mượt: CrossEntropy.apply(logits, y, label_smoothing) là giá trị của loss.cross_entropy.

    Backward là một công thức riêng mà autograd không thấy: vì vậy không có đạo hàm bậc hai, và việc đòi hỏi nó
    (create_graph=True) là một lỗi chứ không phải một câu trả lời sai.
    """

    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        """Mất mát.

        logits: (N, C), y: (N,), label_smoothing: một số e trong [0, 1). Trả về tensor vô hướng

            trung bình theo i của  - tổng theo c của q_ic log p_ic,   p_i = softmax(logits_i),

        trong đó q_i cho mỗi lớp e / C, và lớp đúng thêm 1 - e; hữu hạn với mọi logit hữu hạn.
        Hãy giữ những gì backward cần: tensor bằng ctx.save_for_backward(...), một số bằng ctx.tên = số.
        """
        raise NotImplementedError("CrossEntropy.forward: not written yet")

    @staticmethod
    def backward(ctx, grad_output):
        """Các gradient theo logits, y và label_smoothing: một tensor (N, C), None, None.

        Gradient thứ nhất là grad_output nhân gradient của mất mát, mà hàng i là

            (p_i - q_i) / N.

        Nguồn: bài giảng 1, hạ gradient; ghi chú CS231n, "Neural networks case study", phần gradient.
        """
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        raise NotImplementedError("CrossEntropy.backward: not written yet")


class MulticlassHinge(torch.autograd.Function):
    """Hàm mất mát SVM đa lớp: MulticlassHinge.apply(scores, y, delta) là giá trị của loss.multiclass_hinge.

    Việc đòi hỏi đạo hàm bậc hai của nó (create_graph=True) là một lỗi, như với CrossEntropy.
    """

    @staticmethod
    def forward(ctx, scores, y, delta):
        """Mất mát.

        scores: (N, C), y: (N,), delta: khoảng biên, một số >= 0. Trả về tensor vô hướng

            trung bình theo i của  tổng theo j != y_i của max(0, s_ij - s_{i, y_i} + delta).

        Hãy giữ những gì backward cần: tensor bằng ctx.save_for_backward(...), một số bằng ctx.tên = số.
        """
        raise NotImplementedError("MulticlassHinge.forward: not written yet")

    @staticmethod
    def backward(ctx, grad_output):
        """Các gradient theo scores, y và delta: một tensor (N, C), None, None.

        Gradient thứ nhất là grad_output nhân gradient của mất mát, mà hàng i bằng 1 / N ở mỗi lớp vi phạm, j != y_i với
        s_ij - s_{i, y_i} + delta > 0, và bằng trừ số lớp ấy / N ở y_i.

        Nguồn: ghi chú CS231n, "Optimization", tính gradient bằng giải tích.
        """
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        raise NotImplementedError("MulticlassHinge.backward: not written yet")
