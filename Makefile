# Everything a newcomer needs: `make study`, `make test`, `make check`.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
export UV_LINK_MODE = copy
# What a study imports is compiled at set-up and kept, whatever the environment says: a start takes a third of the time.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup study team test check format words lock clean

help:
	@echo "make study   set up, then study the example town and write its picture"
	@echo "make team    set up, then serve the team's application on the example town, with people to sign in as"
	@echo "make test    set up, then run every test"
	@echo "make check   format, lint, types and import contracts"
	@echo "make words   gather the application's sentences for translation, and compile what is translated (needs gettext)"
	@echo "make lock    resolve the dependencies again"

setup: $(VENV)/installed

$(VENV)/installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "import personshaped.study, personshaped.journeys.ready"
	@touch $@

study: setup
	@$(BIN)/personshaped study examples/town

team: setup
	@test -e examples/town/findings/picture.html || $(BIN)/personshaped study examples/town
	@$(BIN)/personshaped serve examples/town --practice

test: setup
	@$(BIN)/pytest -n 2
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
		echo "The team's application again, on PostgreSQL:"; PERSONSHAPED_TEST_POSTGRESQL=1 $(BIN)/pytest -n 2 tests/team; \
	else echo "No PostgreSQL server here: the team's application was tested on SQLite alone."; fi

check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

words: setup
	@cd src/personshaped/team && PERSONSHAPED_KEEP=$$(mktemp -d) $(abspath $(BIN))/django-admin makemessages \
		--settings personshaped.team.site.settings
	@for one in locale/cy plain/en_GB; do (cd src/personshaped/team/site/$$one/LC_MESSAGES && msgfmt --check-format -o django.mo django.po) || exit 1; done

lock: setup
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --group dev --extra postgresql --extra spark --extra team \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements.lock

clean:
	rm -rf $(VENV) build dist
