"""Mạng: một ConvNet nhỏ có khối phần dư nhận điểm ảnh thô, chỉ dùng các lớp của torch.nn.

Ảnh có kích thước (N, 3, 32, 32), uint8 hoặc float, giá trị 0 .. 255; mạng tự chuẩn hóa chúng bằng những con số
thuộc trạng thái của nó: chỉ cần state_dict là đủ để phân loại ảnh.
"""

import torch
from torch import nn


class ConvNet(nn.Module):
    """Cho sẵn: chuẩn hóa ảnh rồi đưa chúng qua `layers`.

    mean, std: các buffer (3, 1, 1), theo mức xám; chúng thuộc state_dict, và sgd.train đặt chúng bằng giá trị
    của ảnh huấn luyện. layers: một mô-đun từ (N, 3, 32, 32) float đến (N, classes).
    """

    def __init__(self, layers):
        super().__init__()
        self.register_buffer("mean", torch.full((3, 1, 1), 127.5))
        self.register_buffer("std", torch.full((3, 1, 1), 64.0))
        self.layers = layers

    def forward(self, images):
        """images: (N, 3, 32, 32), 0 .. 255 -> logit (N, classes)."""
        return self.layers((images.float() - self.mean) / self.std)


class Residual(nn.Module):
    """Cho sẵn: một khối phần dư (residual), x + inner(x), trong đó `inner` là một mô-đun giữ nguyên kích thước đầu vào.

    Nguồn: He et al. 2016, "Deep residual learning for image recognition".
    """

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        """x: (N, C, H, W) -> cùng kích thước."""
        return x + self.inner(x)


def build_model(width=16, classes=10):
    """Một ConvNet nhỏ có khối phần dư, với trọng số ngẫu nhiên mới trong mọi lớp (từ bộ sinh toàn cục của PyTorch).

    width: số nguyên >= 1, số kênh ở mọi nơi tăng theo nó: nhỏ cho CPU, khoảng 64 cho GPU;
    classes: số logit ở đầu ra. Trả về một ConvNet. Các lớp của nó là tùy bạn: các phép tích chập không có bias,
    mỗi phép kèm chuẩn hóa theo lô và ReLU; ít nhất một Residual; phép gộp, làm ảnh nhỏ dần còn
    số kênh tăng dần; cuối cùng mỗi kênh một giá trị, và một lớp tuyến tính. Không lớp nào rút số ngẫu nhiên (không
    dropout): mọi số ngẫu nhiên của một lần huấn luyện đến từ bộ sinh của nó. Với width=16 mạng không nên có quá một triệu
    tham số, và một epoch trên CPU không nên quá nửa phút.
    Nguồn: He et al. 2016; hình dạng theo các mạng phần dư nhỏ của cuộc thi DAWNBench CIFAR-10.
    """

    raise NotImplementedError("build_model: not written yet")
