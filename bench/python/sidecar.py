"""The Python sidecar, as it is usually done: one route for each operation, the SDK called in FastAPI's thread pool."""

import io
import os

from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

config = Config(host=os.environ["DATABRICKS_HOST"], token=os.environ["DATABRICKS_TOKEN"], auth_type="pat")
# One PUT for a file of any size: the upstream has no presigned parts.
config.files_ext_multipart_upload_min_stream_size = 1 << 40
client = WorkspaceClient(config=config)
app = FastAPI()


@app.get("/health")
def health() -> dict:
    return {"status": "ok"}


@app.get("/schemas")
def schemas(catalog: str) -> dict:
    return {"schemas": [schema.as_dict() for schema in client.schemas.list(catalog)]}


@app.get("/directories")
def directories(path: str) -> dict:
    return {"contents": [entry.as_dict() for entry in client.files.list_directory_contents(path)]}


@app.get("/files")
def read_file(path: str) -> StreamingResponse:
    contents = client.files.download(path).contents

    def pieces():
        with contents:
            while piece := contents.read(1024 * 1024):
                yield piece

    return StreamingResponse(pieces(), media_type="application/octet-stream")


@app.put("/files")
async def write_file(path: str, request: Request) -> dict:
    body = await request.body()
    await run_in_threadpool(client.files.upload, path, io.BytesIO(body), overwrite=True)
    return {"path": path, "file_size": len(body)}
