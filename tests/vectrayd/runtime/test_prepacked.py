import pytest
import torch
from torch import nn
from torch.nn import functional

from vectrayd.runtime.prepacked import is_available, linear_of, prepack

PRECISIONS = [(torch.float32, 1e-5), (torch.bfloat16, 3e-2)]


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS)
@pytest.mark.parametrize("activation", ["none", "gelu"])
def test_a_linear_layer_computes_the_same(dtype: torch.dtype, tolerance: float, activation: str) -> None:
    """For one row and many, with an activation fused into it or without, prepacked where this torch can and plain where it cannot."""
    torch.manual_seed(0)
    weight, bias = torch.randn(32, 48) / 7, torch.randn(32)
    layer = linear_of(weight.to(dtype), bias.to(dtype), activation=activation)
    for rows in (1, 7):
        inputs = torch.randn(rows, 48)
        expected = functional.linear(inputs, weight, bias)
        if activation == "gelu":
            expected = functional.gelu(expected)
        with torch.inference_mode():
            torch.testing.assert_close(
                layer(inputs.to(dtype)).float(), expected, atol=tolerance, rtol=tolerance
            )


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS)
def test_every_linear_layer_of_a_model_is_replaced(dtype: torch.dtype, tolerance: float) -> None:
    """With and without bias, wherever it stands, and the model computes the same."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(48, 32), nn.Sequential(nn.Tanh(), nn.Linear(32, 16, bias=False)))
    inputs = torch.randn(3, 48)
    with torch.inference_mode():
        expected = model(inputs)
        model.to(dtype)
        if is_available(dtype):
            prepack(model)
            assert not any(isinstance(module, nn.Linear) for module in model.modules())
        torch.testing.assert_close(model(inputs.to(dtype)).float(), expected, atol=tolerance, rtol=tolerance)
