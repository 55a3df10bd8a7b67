# `make check` is what CI runs; UV picks the project's own uv where it was installed by the README's first line.
UV ?= $(shell [ -x .venv/bin/uv ] && echo .venv/bin/uv || echo uv)
RUN = $(UV) run --frozen --group dev

.PHONY: check format lint types imports test evals build bench soak confidentiality record audit fuzz

check: lint types imports test evals build

format:
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

lint:
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) bandit --quiet --recursive --configfile pyproject.toml bot knowledge prompts
	$(RUN) hadolint Dockerfile

# Known of chromadb 1.5.9, without a fixed release: CVE-2026-45829, CVE-2026-45830, CVE-2026-45833. They are of its HTTP server, which
# nothing here starts; whoever sets SELLER_CHROMA_URL keeps that server where this program alone reaches it.
# Asks an advisory service for every locked version, so it needs the network and is no part of `make check`.
audit:
	$(UV) export --frozen --no-dev --no-emit-project --quiet --output-file .audit.txt
	$(RUN) pip-audit --strict --no-deps --disable-pip --progress-spinner off $(AUDIT) --requirement .audit.txt || \
	{ echo "Not clean: a version above has an advisory, or the service could not be asked of one; where no finding is listed, run this where pypi.org's JSON API answers, or try AUDIT='--vulnerability-service osv'." >&2; exit 1; }

# The parsers of files, transcripts, Slack payloads and CSV, with inputs that are drawn anew; minutes.
fuzz:
	SELLER_TEST_FUZZ=$(or $(FUZZ),2000) $(RUN) pytest tests/unit/test_fuzz_parsers.py

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

# SOAK="--rounds 200 --seed 3 --world hubspot" for less, or something else; the world on PostgreSQL needs SELLER_TEST_POSTGRES.
soak:
	PYTHONPATH=tests $(RUN) python -m soak $(SOAK)

record:
	$(RUN) --group record python tests/record.py
