# The two commands of a checkout; both set up what they need first.
#
#   make run                    the desktop app
#   make run ARGS="scenarios"   any command of main.py
#   make test                   style, types and behaviour; ARGS="-k word" chooses tests
#   make run PYTHON=python3.13  with another Python (3.11 to 3.14)
.POSIX:

VENV = .venv
ARGS =

# No stamp rule of make's own: only a look at the environment tells whether it still fits (0.2 s when it does).
SETUP = PYTHON="$(PYTHON)" VENV="$(VENV)" sh tools/setup.sh

run:
	@$(SETUP)
	@$(VENV)/bin/python main.py $(ARGS)

# pytest runs ruff and mypy too (tests/test_house.py), so that one line at the end says it all (tools/run_tests.py: two
# parts at a time). The tests open no window, so what only a window needs is not asked for.
test:
	@QT_QPA_PLATFORM=offscreen $(SETUP)
	@$(VENV)/bin/python tools/run_tests.py $(ARGS)

# The lock is hashed and holds no address. Needs uv.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --extra test pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: run test lock clean
