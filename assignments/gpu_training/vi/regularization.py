"""Điều chuẩn một mạng: nhiễu trong các lớp, và số hạng phạt trên trọng số (bài giảng 1: điều chuẩn).

Một hàm làm việc trên thiết bị và với dtype thực của tensor nhận vào, trả về một tensor như thế,
và khả vi đối với autograd. Chỉ batch_norm thay đổi đối số, hai thống kê tích lũy của nó. Khi một hàm
có bộ sinh (một torch.Generator trên thiết bị của x; None là bộ sinh toàn cục của PyTorch), đó là nguồn
ngẫu nhiên duy nhất của nó. Hãy ghép chúng từ các phép tính tensor: bản có sẵn của PyTorch (torch.nn.functional) là để
so sánh. Không lặp qua các mẫu, kênh hay điểm ảnh.
"""

import torch


def dropout(x, p, training, generator=None):
    """Đặt mỗi phần tử của x bằng không với xác suất p, và nhân các phần tử khác để trung bình không đổi.

    x: tensor có kích thước bất kỳ, p: một số trong [0, 1), training: một bool, generator: xem ở trên. Khi huấn luyện, mỗi
    phần tử, độc lập với mọi phần tử khác, bằng 0 với xác suất p và bằng x / (1 - p) nếu không (dropout đảo).
    Khi training là False, hoặc p bằng 0, kết quả là x.
    Nguồn: bài giảng 1, điều chuẩn; Srivastava et al. 2014, "Dropout".
    """
    raise NotImplementedError("dropout: not written yet")


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Chuẩn hóa mỗi kênh của x, rồi nhân với gamma và cộng beta.

    x: (N, C) hoặc (N, C, H, W), mỗi kênh có ít nhất hai giá trị; gamma, beta: (C,), hệ số nhân và cộng được học;
    running_mean, running_var: (C,), không có gradient; training: một bool; momentum, eps: các số. Trả về, với kích thước
    của x,

        gamma (x - mean) / sqrt(var + eps) + beta,   riêng cho mỗi kênh c.

    Khi huấn luyện, mean và var là của lô, trên mọi chiều trừ chiều kênh; var là phương sai chệch
    (tổng bình phương chia cho số phần tử m), và cả hai đều là phần mà autograd lấy đạo hàm. Cũng khi huấn luyện,
    và ngay tại chỗ, mỗi thống kê tích lũy r trở thành (1 - momentum) r + momentum b, trong đó b là trung bình của lô, và
    phương sai không chệch của nó (chia cho m - 1). Nếu không, mean và var là các thống kê tích lũy, và chúng giữ nguyên.
    Nguồn: bài giảng 1, điều chuẩn; Ioffe and Szegedy 2015, "Batch normalization".
    """
    raise NotImplementedError("batch_norm: not written yet")


def stochastic_depth(residual, p, training, generator=None):
    """Bỏ nhánh phần dư của cả mẫu một cách ngẫu nhiên, để mạng nông hơn đối với những mẫu đó.

    residual: (N, ...), phần mà một khối cộng vào đầu vào của nó; p: một số trong [0, 1); training: một bool; generator: xem
    ở trên. Khi huấn luyện, hàng của mỗi mẫu, độc lập với các mẫu khác, bằng 0 toàn bộ với xác suất p, và
    được chia cho 1 - p nếu không. Khi training là False, hoặc p bằng 0, kết quả là residual.
    Nguồn: bài giảng 1, điều chuẩn; Huang et al. 2016, "Deep networks with stochastic depth" (ở đó việc nhân
    được làm lúc kiểm tra).
    """
    raise NotImplementedError("stochastic_depth: not written yet")


def fractional_max_pool2d(x, kernel_size, output_size, samples):
    """Gộp cực đại về kích thước bất kỳ, trên các cửa sổ có khoảng cách được rút ngẫu nhiên.

    x: (N, C, H, W); kernel_size = (kH, kW) và output_size = (oH, oW): các cặp số nguyên, hoặc một số nguyên cho cả hai,
    với oH + kH - 1 <= H và oW + kW - 1 <= W; samples: (N, C, 2) với dtype của x, giá trị u trong [0, 1): phần tử 0 cho
    các cột và phần tử 1 cho các hàng của kênh ấy của mẫu ấy. Trả về (N, C, oH, oW): phần tử (i, j) là
    giá trị lớn nhất của cửa sổ kH x kW có góc trên bên trái ở hàng a_i và cột b_j. Dọc theo một cạnh gồm
    n điểm ảnh, với k là cỡ cửa sổ và o là cỡ đầu ra,

        a_i = floor(alpha (i + u)) - floor(alpha u) với i = 0 .. o - 2,   alpha = (n - k) / (o - 1),
        a_{o-1} = n - k,

    tính với dtype của x; vậy các cửa sổ bắt đầu ở điểm ảnh đầu tiên, kết thúc ở điểm ảnh cuối cùng, và có thể chồng lên nhau. Giống như
    torch.nn.functional.fractional_max_pool2d với _random_samples=samples. Khi nhiều phần tử của một cửa sổ
    bằng nhau, phần tử nào trong số đó nhận gradient cũng được.
    Nguồn: bài giảng 1, điều chuẩn; Graham 2014, "Fractional max-pooling", mục 2.
    """
    raise NotImplementedError("fractional_max_pool2d: not written yet")


def l1_l2_penalty(parameters, l1, l2):
    """Số hạng phạt l1 * tổng của |w| + l2 * tổng của w^2 trên mọi phần tử của mọi tham số.

    parameters: một dãy tensor có thể lặp qua (kể cả generator, như model.parameters(), chỉ lặp qua được
    một lần), ít nhất một; l1, l2: các số >= 0. Trả về một tensor vô hướng. Không có hệ số một phần hai, và không
    tham số nào bị bỏ ra.
    Nguồn: bài giảng 1, điều chuẩn; Zou and Hastie 2005, "Regularization and variable selection via the elastic
    net".
    """
    raise NotImplementedError("l1_l2_penalty: not written yet")
