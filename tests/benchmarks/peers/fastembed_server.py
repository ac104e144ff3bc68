"""`python fastembed_server.py MODEL-FOLDER PORT`: fastembed, which is a library, behind the smallest server. Runs in its environment.

One request at a time is in the model, which has all cores; batches of 32 instead of fastembed's own 256, which pad more and take
gigabytes.
"""

import base64
import sys
import threading

import uvicorn
from fastembed import TextEmbedding
from fastembed.common.model_description import ModelSource, PoolingType
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

BATCH = 32
NAME = "exported"


def main() -> None:
    """Serve."""
    folder, port = sys.argv[1:]
    TextEmbedding.add_custom_model(
        model=NAME,
        pooling=PoolingType.MEAN,
        normalization=True,
        sources=ModelSource(url="unused"),
        dim=384,
        model_file="model.onnx",
    )
    model = TextEmbedding(NAME, specific_model_path=folder)
    one_at_a_time = threading.Lock()

    def embed(texts: list[str]) -> list[dict[str, str]]:
        with one_at_a_time:
            vectors = list(model.embed(texts, batch_size=BATCH))
        return [
            {"embedding": base64.b64encode(vector.astype("<f4").tobytes()).decode()} for vector in vectors
        ]

    async def embeddings(request: Request) -> JSONResponse:
        return JSONResponse({"data": await run_in_threadpool(embed, (await request.json())["input"])})

    app = Starlette(routes=[Route("/embeddings", embeddings, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", timeout_keep_alive=600)


if __name__ == "__main__":
    main()
