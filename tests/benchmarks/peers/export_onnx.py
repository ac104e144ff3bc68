"""`python export_onnx.py MODEL-FOLDER FILE`: a BERT model's last hidden states as an ONNX graph. Runs in infinity's environment."""

import sys

import torch
from transformers import AutoModel


class LastHiddenState(torch.nn.Module):
    """The one output that fastembed pools."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._model = AutoModel.from_pretrained(
            folder, torch_dtype=torch.float32, attn_implementation="eager", local_files_only=True
        )

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return float32 (texts, tokens, dimensions)."""
        output = self._model(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        return output.last_hidden_state


def main() -> None:
    """Export."""
    folder, file = sys.argv[1:]
    ones = torch.ones(2, 9, dtype=torch.long)
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    torch.onnx.export(
        LastHiddenState(folder).eval(),
        (ones, ones, torch.zeros_like(ones)),
        file,
        dynamo=False,
        opset_version=17,
        input_names=inputs,
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in [*inputs, "last_hidden_state"]},
    )


if __name__ == "__main__":
    main()
