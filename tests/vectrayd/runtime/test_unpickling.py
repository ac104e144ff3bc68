import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from vectrayd.runtime.unpickling import main, unpickle


def test_tensors_stay_what_they_are(tmp_path: Path) -> None:
    """Values, types and shapes survive, shared memory too, and the pickle is gone."""
    shared = torch.arange(6, dtype=torch.float32)
    tensors = {"a": shared, "b": shared.view(2, 3).T, "c": torch.ones(2, dtype=torch.float16)}
    torch.save(tensors, tmp_path / "pytorch_model.bin")
    torch.save({"weight": torch.zeros(1, 4)}, tmp_path / "sparse_linear.pt")
    main([str(tmp_path), "pytorch_model.bin", "sparse_linear.pt"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "model.safetensors",
        "sparse_linear.safetensors",
    ]
    found = load_file(tmp_path / "model.safetensors")
    assert all(torch.equal(found[name], tensor) for name, tensor in tensors.items())
    assert found["c"].dtype is torch.float16


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    """Nothing of it is run, and nothing is written."""
    proof = tmp_path / "proof"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return (Path.touch, (proof,))

    torch.save({"a": Evil()}, tmp_path / "pytorch_model.bin")
    with pytest.raises(pickle.UnpicklingError):
        unpickle(tmp_path / "pytorch_model.bin")
    assert not proof.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["pytorch_model.bin"]
