# SPDX-License-Identifier: EUPL-1.2
# Each target does everything that it needs on a fresh Debian 12, as root or with sudo:
# the packages of packaging/dependencies, the build, then its job.
BUILD ?= build
JOBS ?= $(shell nproc)

.PHONY: all run check bench campaign deb clean-room format po dependencies build clean

all: build

run: build
	tests/demo/run.sh $(BUILD)

check: build
	tests/run.sh $(BUILD)

bench: build
	packaging/install-dependencies bench
	tests/bench/run.sh $(BUILD)

# Everything that is too long for check: all the kill points, the Debian package. Hours.
campaign: build
	tests/run.sh $(BUILD) --suite campaign
	packaging/install-dependencies deb
	packaging/build-deb $(BUILD)/deb

deb:
	packaging/install-dependencies run build deb
	packaging/build-deb $(BUILD)/deb

# make run and make check in a new Debian 12 that holds nothing else. Needs root.
clean-room:
	packaging/clean-room

# The catalogues of assets/po from the sources, and what is not translated yet.
po:
	tests/lint/catalogues.py update

format:
	git ls-files '*.c' '*.h' | xargs clang-format-14 -i

dependencies:
	packaging/install-dependencies run build test

build: dependencies
	test -f $(BUILD)/build.ninja || meson setup $(BUILD)
	ninja -C $(BUILD) -j $(JOBS)

clean:
	rm -rf $(BUILD)
