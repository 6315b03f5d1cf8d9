# make demo: set up, then the main job on simulated candidates. make test: set up, then every test.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# The tests wait for the disk about half their time, so there are more workers than cores; what they
# write goes into memory where the system offers it. The order is that of tests/conftest.py: files
# that take long begin, or one core would end with them while the other is idle.
WORKERS ?= 4
TEST_ROOT := $(shell [ -w /dev/shm ] && echo /dev/shm || echo /tmp)

.PHONY: demo test lighthouse libreoffice setup setup-dev system system-test translations lint format bench lock clean

demo: setup
	$(BIN)/assess demo $(ARGS)

test: setup-dev lint
	PYTEST_DEBUG_TEMPROOT=$(TEST_ROOT) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
		$(ARGS)

setup: system $(VENV)/.installed
	@$(BIN)/python hatch_build.py

setup-dev: system-test $(VENV)/.installed-dev
	@$(BIN)/python hatch_build.py

system:
	@sh tools/install-system.sh pango

system-test:
	@sh tools/install-system.sh pango chromium poppler

$(VENV)/.installed: requirements.lock pyproject.toml
	@sh tools/install-python.sh "$(PYTHON)" requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml
	@sh tools/install-python.sh "$(PYTHON)" requirements-dev.lock
	@touch $@ $(VENV)/.installed

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check assess tests
	$(BIN)/ruff format --check assess tests
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix assess tests
	$(BIN)/ruff format assess tests

# Lighthouse on every candidate page. It needs Node 18 or newer; nothing of it is kept here.
lighthouse: setup-dev
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	npm install --prefix "$$folder" --no-audit --no-fund --silent lighthouse@12.8.2 && \
	ASSESS_LIGHTHOUSE="$$folder/node_modules/.bin/lighthouse" \
	$(BIN)/python -m pytest tests/journeys/test_lighthouse.py -s

# Files for spreadsheets opened in LibreOffice, and the type of every cell looked at.
libreoffice: setup-dev
	@sh tools/install-system.sh libreoffice
	ASSESS_LIBREOFFICE=soffice $(BIN)/python -m pytest tests/rankings/test_libreoffice.py

# Extract what candidates read and bring the catalogues up to it; then translate what is empty.
translations: $(VENV)/.installed-dev
	@sh tools/update-translations.sh

bench: setup-dev
	$(BIN)/assess bench $(ARGS)

lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --group build -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --group build --group dev --extra bench -o requirements-dev.lock

clean:
	rm -rf $(VENV) demo
