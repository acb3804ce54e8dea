"""Huấn luyện: SGD có động lượng, tốc độ học thay đổi, và một vòng lặp giữ cho GPU luôn bận (bài giảng 1: SGD).

Ảnh được giữ dưới dạng uint8 trên thiết bị huấn luyện, và các lô được tạo ở đó: từ bước này sang bước sau không có gì được chép tới đó, và
không con số nào được đọc về. torch.Generator là nguồn ngẫu nhiên duy nhất của hàm
nào có nó: cùng trạng thái cho cùng kết quả.
"""

import math

import torch
from loss import cross_entropy


def sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    """Một bước SGD có động lượng và suy giảm trọng số tách riêng, ngay tại chỗ.

    parameters, gradients, velocities: các danh sách có cùng số tensor, kích thước bằng nhau; learning_rate, momentum,
    weight_decay: các số >= 0; nesterov: một bool. Với mỗi tham số w, gradient g và vận tốc v của nó, theo thứ tự
    này,

        w <- w - learning_rate * weight_decay * w
        v <- momentum * v + g
        w <- w - learning_rate * (g + momentum * v if nesterov else v).

    Thay đổi các tham số và vận tốc (bằng không trước bước đầu tiên) ngay tại chỗ, giữ nguyên các gradient,
    và trả về None. Các tham số có thể cần gradient: hãy làm trong torch.no_grad().
    Nguồn: bài giảng 1, SGD; Sutskever et al. 2013, "On the importance of initialization and momentum"; Loshchilov
    and Hutter 2019, "Decoupled weight decay regularization".
    """
    raise NotImplementedError("sgd_step: not written yet")


class SGD(torch.optim.Optimizer):
    """Cho sẵn: sgd_step dưới dạng bộ tối ưu, để có zero_grad, state_dict và load_state_dict.

    Tốc độ học của bước kế tiếp là `group["learning_rate"]` cho mỗi nhóm trong `param_groups`.
    """

    def __init__(self, parameters, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0):
        settings = {"learning_rate": learning_rate, "momentum": momentum}
        super().__init__(parameters, settings | {"nesterov": nesterov, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        """Di chuyển mọi tham số có gradient; trả về closure(), hoặc None nếu không có closure."""
        with torch.enable_grad():
            loss = None if closure is None else closure()
        for group in self.param_groups:
            moved = [w for w in group["params"] if w.grad is not None]
            for w in moved:
                if "velocity" not in self.state[w]:
                    self.state[w]["velocity"] = torch.zeros_like(w)
            sgd_step(
                moved,
                [w.grad for w in moved],
                [self.state[w]["velocity"] for w in moved],
                learning_rate=group["learning_rate"],
                momentum=group["momentum"],
                nesterov=group["nesterov"],
                weight_decay=group["weight_decay"],
            )
        return loss


def step_learning_rate(step, *, learning_rate, milestones, gamma):
    """Tốc độ học của một bước khi nó giảm tại các mốc.

    step: số nguyên, 0 cho bước đầu tiên; learning_rate: tốc độ ban đầu; milestones: danh sách các bước; gamma: một số.
    Trả về một float, learning_rate * gamma^k, trong đó k là số mốc m với m <= step.
    """
    raise NotImplementedError("step_learning_rate: not written yet")


def cosine_learning_rate(step, *, learning_rate, num_steps, warmup_steps):
    """Tốc độ học của một bước: khởi động tuyến tính đến learning_rate, rồi nửa đường cosin về 0.

    step: số nguyên trong 0 .. num_steps; learning_rate: tốc độ cao nhất; warmup_steps: số nguyên trong 0 .. num_steps - 1.
    Trả về một float,

        learning_rate * (step + 1) / warmup_steps                                             với step < warmup_steps,
        learning_rate * (1 + cos(pi (step - warmup_steps) / (num_steps - warmup_steps))) / 2   nếu không.

    Nguồn: Loshchilov and Hutter 2017, "SGDR", không có khởi động lại.
    """
    raise NotImplementedError("cosine_learning_rate: not written yet")


def augment(images, generator):
    """Mỗi ảnh được lật ngẫu nhiên, và dịch ngẫu nhiên tối đa bốn điểm ảnh.

    images: (N, 3, 32, 32), uint8 hoặc float, trên thiết bị bất kỳ; generator: một torch.Generator trên thiết bị đó. Trả về các
    ảnh mới cùng kích thước, dtype và thiết bị. Riêng cho mỗi ảnh, và với phân phối đều: ảnh được lật trái
    phải với xác suất một nửa, và là phần cắt 32 x 32 ở một trong 9 x 9 vị trí của ảnh được đệm
    4 điểm ảnh ở mỗi phía bằng phản chiếu (điểm ảnh -1 là điểm ảnh 1, điểm ảnh 32 là điểm ảnh 30). Không lặp qua các ảnh.
    Nguồn: He et al. 2016, "Deep residual learning", mục 4.2 (ở đó phần đệm là 0).
    """
    raise NotImplementedError("augment: not written yet")


def train(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    """Huấn luyện mô hình bằng SGD, ngay tại chỗ, trên các ảnh và lớp của chúng.

    model: nhận các giá trị điểm ảnh (N, 3, 32, 32) 0 .. 255 và trả về logit (N, C), như model.build_model tạo ra; X:
    ảnh uint8 (N, 32, 32, 3), y: (N,) các lớp kiểu nguyên, mảng numpy hoặc tensor, có thể chỉ đọc; epochs: số
    nguyên >= 1; batch_size: số nguyên trong 1 .. N. Mô hình được chuyển sang thiết bị (và ở lại đó), theo định dạng bộ nhớ
    channels_last và ở chế độ huấn luyện; X và y được chuyển sang đó một lần, X dưới dạng uint8.

    Trước hết model.mean và model.std, cả hai (3, 1, 1), được điền bằng trung bình và độ lệch chuẩn của mỗi kênh trên
    toàn bộ X. Sau đó mỗi epoch đi qua các mẫu theo một thứ tự ngẫu nhiên mới, theo lô batch_size; N % batch_size
    mẫu cuối của thứ tự không được dùng. Một bước tăng cường lô của nó, tính cross_entropy với label_smoothing,
    và di chuyển trọng số bằng SGD có động lượng (Nesterov) và weight_decay, với cosine_learning_rate trên tất cả các
    bước của lần chạy, trong đó một phần năm đầu (làm tròn xuống) là khởi động. Với amp, mô hình chạy trong
    torch.autocast kiểu bfloat16; mất mát được tính bằng float32.

    generator: một torch.Generator trên CPU (None: một bộ sinh với hạt giống 0). Nó cho đúng một số, hạt giống của một
    bộ sinh trên thiết bị, và bộ sinh này quyết định mọi điều ngẫu nhiên ở đây.

    checkpoint: một colab_setup.Checkpointer hoặc None. step(steps_done, **state) của nó được gọi sau mỗi bước với tất cả
    những gì phần còn lại của lần chạy phụ thuộc vào; found = checkpoint.resume(**targets) lúc bắt đầu đặt các đích bằng những gì đã
    lưu và trả về nó (found.step, found[name]), hoặc None nếu không có gì. Một lần chạy bị ngắt rồi bắt đầu
    lại, với cùng các đối số, kết thúc với đúng trọng số và lịch sử của một lần chạy không bị ngắt.

    Trả về lịch sử: một danh sách gồm mất mát, kiểu float, của lô ở mỗi bước trước bước đó. Không mất mát nào được đọc từ
    thiết bị trước khi kết thúc, vì điều đó khiến GPU phải chờ CPU ở mỗi bước.
    """
    raise NotImplementedError("train: not written yet")


def predict(model, X, *, device="cpu", batch_size=1000):
    """Lớp của mỗi ảnh: lớp có logit cao nhất (lớp đầu tiên nếu nhiều lớp bằng nhau).

    model: như ở train, X: ảnh uint8 (N, 32, 32, 3), mảng numpy hoặc tensor, N >= 1; batch_size: số ảnh
    mô hình nhận mỗi lần. Mô hình được chuyển sang thiết bị, và dự đoán ở chế độ đánh giá, không ghi lại
    gradient. Trả về (N,), một tensor int64 trên CPU. Sau đó mô hình ở đúng chế độ, huấn luyện hay
    đánh giá, mà nó có trước đó.
    """
    raise NotImplementedError("predict: not written yet")
