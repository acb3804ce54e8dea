# Two commands for newcomers: `make demo` and `make test`. Both set up .venv first where it is not there.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := build/demo
FUZZ_SECONDS ?= 60

.PHONY: demo test prove check container lint bench fuzz stubs pictures clean

demo: $(READY)
	@$(BIN)/python -m autograder.authoring.samples linear_classifier $(DEMO)/submissions
	@$(BIN)/autograder grade $(DEMO)/submissions --assignment linear_classifier --out $(DEMO)/out
	@$(BIN)/autograder report $(DEMO)/out

# Hundreds of processes start in the tests: what Python has compiled is kept, whatever a machine is set to.
test prove check: export PYTHONDONTWRITEBYTECODE :=

# One worker more than cores: a third of the time they wait, for sandboxes and browsers.
test: $(READY)
	@bash tests/set_up.sh
	$(BIN)/python -m pytest -n $$(($$(nproc) + 1)) --dist loadfile --no-loadscope-reorder

# What takes longest: the proof of the PyTorch suite, its notebook in Colab's packages, a cluster, CIFAR-10, classes graded through a kill. Before a release.
prove: $(READY)
	@bash tests/set_up.sh
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m long

# What answers while one works: no sandbox, kernel, browser or training.
check: lint
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not slow and not container and not long"

container: $(READY)
	$(BIN)/python -m pytest -m container tests/docker

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

# What is found lands in tests/fuzz/regressions, and `make test` tries it again from then on.
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz messages $(FUZZ_SECONDS)
	$(BIN)/python -m tests.fuzz zips $(FUZZ_SECONDS)
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest -q -s -m long tests/autograder/grading/test_judges.py -k any_seed

stubs: $(READY)
	$(BIN)/autograder stubs

# What the tests have photographed, into the READMEs.
pictures: $(READY)
	$(BIN)/python -m pytest -q tests/solutions/test_notebook.py -k pictures -m "long or not long"
	@mkdir -p assignments/pictures
	cp build/notebook/{en,vi}-*.png assignments/pictures/
	$(BIN)/python -m pytest -q tests/autograder/report/test_report_browser.py tests/autograder/desk -k pictures
	@mkdir -p autograder/pictures
	cp build/report/{class,student,desk}.png autograder/pictures/

clean:
	rm -rf build $(VENV)

# The stamp is younger than what it was made from, or the environment is brought up to date.
$(READY): pyproject.toml constraints.txt
	@bash autograder/set_up.sh $(PYTHON) $(VENV)
	@touch $@
