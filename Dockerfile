# The assistant with everything it needs, the embedder's weights included; nothing is downloaded at run time.
FROM python:3.11-slim AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY knowledge/minilm/NOTICE knowledge/minilm/NOTICE
RUN uv sync --frozen --no-dev --no-install-project
COPY bot bot
COPY knowledge knowledge
COPY prompts prompts
COPY evals evals
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 seller && install -d -o seller /data
COPY --from=build --chown=seller /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH SELLER_HOME=/data SELLER_LOG_FORMAT=json PYTHONUNBUFFERED=1
USER 10001
VOLUME /data
HEALTHCHECK --interval=60s --timeout=20s --start-period=20s CMD ["seller", "proposals", "list", "--json"]
ENTRYPOINT ["seller"]
CMD ["serve"]
