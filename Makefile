# SPDX-License-Identifier: GPL-3.0-or-later
# Run `make` to see what there is. Everything is installed into .venv. Outside the checkout there are only a link in the
# folder for temporary files, and what ansible-test and ansible-galaxy keep in ~/.ansible; `make clean` leaves these alone.

PYTHON := .venv/bin/python
# The tools start one another by name, and find this checkout as the collection ovhcloud.vrack.
TOOLS = PATH="$(CURDIR)/.venv/bin:$$PATH" ANSIBLE_COLLECTIONS_PATH="$$($(PYTHON) -m tools.collection_tree)"
# What Python compiles of the tests and the simulator is kept, or each of some hundred processes would do it anew.
unexport PYTHONDONTWRITEBYTECODE
# More processes than cores, for much of the time is waiting. A file's tests stay together, so that they share what their
# module sets up, and files come in the order of testpaths: the long ones first.
PYTEST = $(PYTHON) -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

MATRICES = alike-matrix inventory-matrix ids-matrix values-matrix states-matrix answers-matrix crash-matrix fault-matrix others-matrix

.PHONY: help venv site pictures lock matrix release tarball version benchmark-plan benchmark-startup benchmark-steps demo simulator test lint sanity sanity-pylint sanity-others unit integration cases broken runner docs format clean soak $(MATRICES) guests guest-vm

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*  ## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '%-18s %s\n' "$$name" "$$text"; done

venv:  ## make .venv with all that is needed (the other targets do it themselves)
	@tools/venv.sh

lock: venv  ## pin what tests/*.txt ask for anew: versions and hashes (ARGS="--upgrade-package ovh" for one)
	@tools/lock.sh $(ARGS)

demo: venv  ## from a project without a vRack to connected instances, twice, against the simulator
	@$(TOOLS) $(PYTHON) -m tools.demo $(ARGS)

simulator: venv  ## run the simulator of OVHcloud's API and print the environment to export
	@echo 'export PATH="$(CURDIR)/.venv/bin:$$PATH"'
	@echo "export ANSIBLE_COLLECTIONS_PATH=$$($(PYTHON) -m tools.collection_tree)"
	@$(PYTHON) -m simulator --world docs --speed 10 $(ARGS)

test: venv  ## everything: lint and sanity side by side, then all tests (ARGS are pytest's)
	@$(MAKE) --no-print-directory --jobs 3 --output-sync lint sanity-pylint sanity-others ARGS=
	$(PYTEST)

lint: venv  ## ruff, mypy, ansible-lint, the documentation's own checks
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	MYPYPATH="$$($(PYTHON) -m tools.collection_tree)" $(PYTHON) -m mypy -p ansible_collections.ovhcloud.vrack.plugins
	$(PYTHON) -m mypy -p simulator
	$(TOOLS) antsibull-changelog lint
	$(TOOLS) antsibull-docs lint-collection-docs --plugin-docs --check-extra-docs-refs \
		--validate-collection-refs=self --disallow-unknown-collection-refs .
	$(TOOLS)":$$(tools/awx_collection.sh)" ansible-lint --offline --profile production --strict --nocolor

sanity: venv  ## ansible-test sanity, on every Python there is (ARGS="--test pylint" for one test)
	$(PYTHON) -m tools.sanity $(ARGS)

# The longest of them takes as long as all others together.
sanity-pylint: venv
	$(PYTHON) -m tools.sanity --test pylint

sanity-others: venv
	$(PYTHON) -m tools.sanity --skip-test pylint

unit: venv  ## the quick tests
	$(PYTHON) -m pytest -q tests/unit $(ARGS)

integration: venv  ## real ansible-playbook processes against the simulator
	$(PYTEST) tests/simulator tests/integration

cases: venv  ## what people ran into, one line a case, and build/cases.json
	$(PYTEST) -p tools.case_report --all-cases tests/cases

broken: venv  ## break what each case's tests protect, in copies, and see them fail; and build/broken.json
	@$(PYTHON) -m tools.broken_cases $(ARGS)

guests: venv  ## machines that really boot, in network namespaces (as root), and build/guests.json
	@$(PYTHON) -m tests.guests.root
	$(PYTHON) -m pytest -q -p tools.guest_report --all-guests tests/guests $(ARGS)

guest-vm: venv  ## a virtual machine's first boot by cloud-init, with our user data and without; and build/guest-vm.json
	@$(PYTHON) -m tests.guests.vm_root
	$(PYTHON) -m pytest -q -p tools.guest_report --all-guests --guests-result guest-vm.json tests/guests/vm_cells.py $(ARGS)

matrix: venv  ## old and new ansible-core, Python and ovh, each really run, and the table of docs/compatibility.md
	@$(PYTHON) -m tools.versions

runner: venv  ## every playbook as a job of ansible-runner, with old and new ansible-core and ansible-runner
	@$(PYTHON) -m tools.runner_report

benchmark: venv  ## what each kind of run takes beside the least that it could, and build/benchmark.json
	@$(TOOLS) $(PYTHON) -m tests.benchmark.runs

benchmark-quick: venv  ## the same once, without the largest
	@$(TOOLS) $(PYTHON) -m tests.benchmark.runs --quick

benchmark-more: venv  ## a list beside a loop of single tasks, and thousands of things, and build/benchmark-more.json
	@$(TOOLS) $(PYTHON) -m tests.benchmark.more

counts: venv  ## write how many requests each kind of run makes, which a test holds runs against
	@$(TOOLS) $(PYTHON) -m tools.counts

benchmark-plan: venv  ## what a run costs that has nothing to do, with 62 and 802 things, and build/benchmark-plan.json
	@$(TOOLS) $(PYTHON) -m tests.benchmark.plan

benchmark-steps: venv  ## where a first run spends its time, task by task (ARGS=M for the larger one alone)
	@$(TOOLS) $(PYTHON) -m tests.benchmark.steps $(ARGS)

benchmark-startup: venv  ## what a task costs beside ping before its first request, and build/startup.json
	@$(TOOLS) $(PYTHON) -m tests.benchmark.startup

alike-matrix: venv  ## every field of a vrack_topology with every kind of value, beside the module's option (ARGS as below)

ids-matrix: venv  ## every option that points at something with every kind of name and id (ARGS as below)

inventory-matrix: venv  ## every option of the inventory with every kind of value (ARGS='regions is' for some)

values-matrix: venv  ## every option of every module with every kind of value (ARGS=ovh_subnet for some)

states-matrix: venv  ## every state that the API knows of a thing, with all that is done about it (ARGS=SHUTOFF for some)

answers-matrix: venv  ## every answer that is read, in every form that the API leaves open and forbids (ARGS=sshkey for some)

crash-matrix: venv  ## the example killed at each of its requests, and run again

fault-matrix: venv  ## every deed of every module with every kind of fault at every moment

others-matrix: venv  ## somebody else does something between any two requests of each deed

soak: venv  ## chance's topologies, faults, kills and jobs at once, for so long (MINUTES=5; SEED=12 for one round)
	@$(TOOLS) $(PYTHON) -m tools.soak $(if $(SEED),0 $(SEED),$(or $(MINUTES),5))

$(MATRICES): %-matrix: venv
	@$(TOOLS) $(PYTHON) -m tools.matrix $* '$(ARGS)'

release: venv  ## all of a release that is local (VERSION=0.2.0): a branch, a tarball, checksums, a tag's message
	@$(TOOLS) $(PYTHON) -m tools.release $(VERSION) $(ARGS)

tarball: venv  ## the collection of the last commit as a file in build/, the same bytes for everybody
	@$(PYTHON) -m tools.tarball

version: venv  ## write VERSION=0.2.0 wherever the version is spelled
	@$(PYTHON) -m tools.release --only-version $(VERSION)

docs: venv  ## write what is generated in docs/, and AWX's surveys
	@PYTHONPATH="$$($(PYTHON) -m tools.collection_tree)" $(PYTHON) -m tools.generate_docs $(ARGS)
	@$(PYTHON) -m tools.generate_surveys

site: venv  ## all pages and the reference of all plugins in one place, to be searched: build/site/html/index.html
	@$(TOOLS) $(PYTHON) -m tools.site

pictures: venv  ## draw the pictures of docs/report.md anew; needs chromium
	@$(TOOLS) $(PYTHON) -m tools.pictures

format: venv  ## put the Python files into the one form that lint accepts
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

clean:  ## remove what was made here
	rm -rf .venv .venv-uv build .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache tests/output
