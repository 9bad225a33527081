# A thin front over the CMake presets: what a visitor types. `make` alone prints the targets.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
SOAK_SECONDS ?= 60
BERTH := build/release/berth
CMAKE_BUILD := cmake --build

.PHONY: help run build test unit e2e conformance soak image sanitize fuzz bench format clean deps-build deps-test

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Install what the build needs, build, and serve on 127.0.0.1:5500 from ./berth-data (Ctrl-C stops it)
	@exec $(BERTH) serve

build: deps-build ## Build the stripped binary build/release/berth
	cmake --preset release -DBERTH_TESTS=OFF --log-level=WARNING
	$(CMAKE_BUILD) --preset release --target berth -j $(JOBS)

test: build deps-test ## Install everything, build everything, run every test: unit, contract, service, fault, e2e
	cmake --preset dev --log-level=WARNING
	$(CMAKE_BUILD) --preset dev -j $(JOBS)
	ctest --preset dev -j $(JOBS) -LE e2e
	ctest --preset dev -L e2e

unit: deps-build ## Build and run the tests that need no other program
	packaging/install-deps unit
	cmake --preset dev --log-level=WARNING
	$(CMAKE_BUILD) --preset dev -j $(JOBS)
	ctest --preset dev -j $(JOBS) -LE e2e

e2e: build deps-test ## Run the end-to-end tests: docker, skopeo, oras and their like against build/release/berth
	cmake --preset dev --log-level=WARNING
	$(CMAKE_BUILD) --preset dev --target fake_s3 -j $(JOBS)
	tests/e2e/run

conformance: build ## Run the OCI conformance suite, 1.1 and dev, on files and on S3; reports in build/conformance
	@packaging/install-deps test
	@tests/e2e/go-tools conformance
	tests/e2e/run conformance.

soak: build ## Everything at once for SOAK_SECONDS (60) on each kind of storage: docs/reliability.md says what is in it
	@packaging/install-deps test
	@tests/e2e/go-tools
	BERTH_SOAK_SECONDS=$(SOAK_SECONDS) tests/e2e/run soak.

image: build ## Build the container image build/image/berth.tar, and load it when a docker daemon answers
	@packaging/install-deps image
	packaging/image/build-image --binary $(BERTH) --output build/image/berth.tar --load

sanitize: deps-build ## Build and run the tests under the address, undefined behaviour and thread sanitizers
	packaging/install-deps unit
	set -e; for preset in asan tsan; do \
	    cmake --preset $$preset --log-level=WARNING; \
	    $(CMAKE_BUILD) --preset $$preset -j $(JOBS); \
	    ctest --preset $$preset -j $(JOBS) -LE e2e; \
	done

fuzz: deps-build ## Build the fuzzers and run each for FUZZ_SECONDS (20) from its corpus in tests/fuzz
	packaging/install-deps fuzz
	cmake --preset fuzz --log-level=WARNING
	$(CMAKE_BUILD) --preset fuzz -j $(JOBS)
	tests/fuzz/run

bench: build ## Measure against registry:2 and against S3 itself, some 25 minutes; writes docs/performance.md
	@packaging/install-deps bench
	bench/run

format: ## Format every C++ file
	git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs clang-format -i

clean: ## Remove build/ (the files under berth-data stay)
	rm -rf build

deps-build:
	@packaging/install-deps build

deps-test:
	@packaging/install-deps test
	@tests/e2e/go-tools
