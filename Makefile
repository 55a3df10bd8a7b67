# `make check` is what CI runs; UV picks the project's own uv where it was installed by the README's first line.
UV ?= $(shell [ -x .venv/bin/uv ] && echo .venv/bin/uv || echo uv)
RUN = $(UV) run --frozen --group dev

.PHONY: check format lint types imports test evals build bench soak confidentiality record

check: lint types imports test evals build

format:
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

lint:
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) hadolint Dockerfile

types:
	$(RUN) mypy

imports:
	$(RUN) lint-imports

test:
	$(RUN) pytest

evals:
	$(RUN) seller eval

build:
	$(UV) build --quiet --wheel --out-dir dist

bench:
	$(RUN) python -m evals.bench

# Every probe of who may see what, some minutes; the suite asks a part.
confidentiality:
	$(RUN) python -m evals.confidentiality

# SOAK="--rounds 200 --seed 3 --world hubspot" for less, or something else.
soak:
	PYTHONPATH=tests $(RUN) python -m soak $(SOAK)

record:
	$(RUN) --group record python tests/record.py
