# One image for every stage: docker build --build-arg TORCH_INDEX=… --tag onrecord:0.1.0 .
# TORCH_INDEX is the address of PyTorch's CPU index, as PyTorch's "Get started" page gives it for Linux, pip, CPU.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
ARG UV=0.13.9
ARG TORCH=2.13.0
ARG TORCH_INDEX
ENV UV_CACHE_DIR=/var/cache/uv \
    UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1 \
    UV_PYTHON_DOWNLOADS=never \
    VIRTUAL_ENV=/opt/onrecord
WORKDIR /build
RUN pip install --no-cache-dir "uv==${UV}" && uv venv "${VIRTUAL_ENV}"
# torch first and by itself: what comes later is content with it, and its layer outlives every change of the code.
RUN --mount=type=cache,target=/var/cache/uv \
    uv pip install ${TORCH_INDEX:+--index-url "${TORCH_INDEX}"} "torch==${TORCH}"
COPY pyproject.toml ./
RUN --mount=type=cache,target=/var/cache/uv \
    uv pip install -r pyproject.toml
COPY README.md LICENSE ./
COPY ingest ./ingest
COPY processors ./processors
COPY dashboard ./dashboard
RUN --mount=type=cache,target=/var/cache/uv \
    uv pip install --no-deps .

FROM python:${PYTHON}
# A new volume that is mounted at /data takes its owner from the folder.
RUN groupadd --gid 10001 onrecord \
    && useradd --uid 10001 --gid onrecord --create-home --shell /usr/sbin/nologin onrecord \
    && install --directory --owner=onrecord --group=onrecord --mode=0700 /data \
    && install --directory --owner=onrecord --group=onrecord /app
COPY --from=build /opt/onrecord /opt/onrecord
ENV PATH=/opt/onrecord/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ONRECORD_STORE_DIRECTORY=/data
USER 10001:10001
WORKDIR /app
ENTRYPOINT ["onrecord"]
CMD ["--help"]
