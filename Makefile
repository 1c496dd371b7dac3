# SPDX-License-Identifier: GPL-2.0-only
# The whole build. `make help` lists the targets; everything made lands in $(BUILD).

CC      ?= gcc
CLANG   ?= clang
BPFTOOL ?= $(shell PATH="$$PATH:/usr/sbin:/sbin" command -v bpftool || echo bpftool)
PREFIX  ?= /usr/local
DESTDIR ?=
BPF_MCPU ?= v3

# SAN=1: AddressSanitizer and UndefinedBehaviorSanitizer, in a tree of its own.
SAN   ?= 0
BUILD ?= $(if $(filter 1,$(SAN)),build-san,build)

VERSION := $(shell sed -n 's/^## \[\([0-9][^]]*\)\].*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)

warnings   := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
san_flags  := $(if $(filter 1,$(SAN)),-fsanitize=address -fsanitize=undefined \
              -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
# GCC optimises the program as a whole; clang would need another linker for that. Objects hold
# code as well, so that the many test programs are linked without it.
is_gcc := $(findstring Free Software,$(shell $(CC) --version))
LTO    ?= $(if $(filter 1,$(SAN)),0,$(if $(is_gcc),1,0))
lto    := $(if $(filter 1,$(LTO)),-flto=auto)
# At -O3 GCC warns of variables that are unset on paths which do not exist.
warnings   += $(if $(is_gcc),-Wno-maybe-uninitialized)
cflags     := -std=gnu11 -O3 -g $(warnings) $(san_flags) -D_GNU_SOURCE \
              -DIOTX_VERSION='"$(VERSION)"' -Iinclude -Iuser -I$(BUILD)
# The project's flags stand before the user's, and are never overwritten by them.
all_cflags  = $(cflags) $(lto:%=% -ffat-lto-objects) $(CFLAGS)
all_ldflags = $(san_flags) $(LDFLAGS)
libs       := -lbpf -lpcap -lelf -lsqlite3 -lz -lmd

multiarch  := $(shell $(CC) -print-multiarch 2>/dev/null)
bpf_cflags := -O2 -g -Wall -Wextra -Werror -target bpf -mcpu=$(BPF_MCPU) \
              -Ivmlinux -Iinclude -Ibpf $(if $(multiarch),-I/usr/include/$(multiarch))

user_src := $(wildcard user/*/*.c)
lib_obj  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out user/cli/main.c,$(user_src)))
main_obj := $(BUILD)/user/cli/main.o
test_lib := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/lib/*.c))

unit_src := $(wildcard tests/unit/test_*.c)
unit_bin := $(patsubst %.c,$(BUILD)/%,$(unit_src))
bpf_test_src := $(wildcard tests/bpf/test_*.c)
bpf_test_bin := $(patsubst %.c,$(BUILD)/%,$(bpf_test_src))
bench_bin    := $(addprefix $(BUILD)/tests/bench/,gen measure pcap_loop kernel_bench live_bench blast)

V ?= 0
Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(patsubst $(BUILD)/%,%,$@)')

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

##@ Every day
.PHONY: all
all: $(BUILD)/iotxdp ## build build/iotxdp (no root, no network)

.PHONY: run
run: deps ## set up, build, then show the main job; IFACE=eth0 watches a real interface
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(BUILD) scripts/run.sh $(IFACE)

.PHONY: test
test: deps ## set up, build, then run every test
	$(Q)BUILD=$(BUILD) scripts/test.sh

.PHONY: deps
deps: ## install the packages that are missing (Debian 12, as root)
	$(Q)scripts/deps.sh

.PHONY: install
install: all ## install under $(DESTDIR)$(PREFIX)
	install -D -m 755 $(BUILD)/iotxdp $(DESTDIR)$(PREFIX)/sbin/iotxdp
	install -D -m 644 user/cli/iotxdp.8 $(DESTDIR)$(PREFIX)/share/man/man8/iotxdp.8

.PHONY: uninstall
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/sbin/iotxdp $(DESTDIR)$(PREFIX)/share/man/man8/iotxdp.8

.PHONY: clean
clean: ## remove everything made
	rm -rf build build-san

.PHONY: help
help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	     /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	     /^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nVariables: V=1 (show commands)  SAN=1 (sanitizers, in build-san)  CC=clang  CFLAGS=...\n'
	@printf '           LTO=0 (links faster, runs slower)\n'

##@ Parts of the tests
.PHONY: unit
unit: $(unit_bin) ## unit tests (no root)
	$(Q)scripts/test.sh unit

.PHONY: tests-build
tests-build: all $(unit_bin) $(bpf_test_bin) ## build every test program

.PHONY: bench
bench: all $(bench_bin) ## speed beside others; minutes, 1 GB in $TMPDIR; BENCH=capture (no root), kernel, live
	$(Q)BUILD=$(BUILD) tests/bench/run.py $(BENCH)

.PHONY: nightly
nightly: deps all ## the tests on real traffic at length, with one summary (root); MINUTES=50 at most
	$(Q)BUILD=$(BUILD) scripts/nightly.sh $(MINUTES)

.PHONY: kernels
kernels: all ## boot Debian's kernels 5.10 to the newest in QEMU, load and count on each (root); KERNELS=6.1
	$(Q)BUILD=$(BUILD) scripts/kernels.sh $(KERNELS)

.PHONY: check-headers
check-headers: ## each shared header alone, under both compilers
	$(Q)for h in include/iotxdp/*.h; do \
	  echo "#include \"$$h\"" | $(CC) $(all_cflags) -I. -x c -fsyntax-only - && \
	  echo "#include \"$$h\"" | $(CLANG) $(bpf_cflags) -I. -x c -fsyntax-only -Wno-unused-function - \
	  || exit 1; done

# --- rules ------------------------------------------------------------------------------

# A change of flags rebuilds.
$(BUILD)/flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(subst ','\'',$(CC) $(all_cflags) $(all_ldflags) | $(CLANG) $(bpf_cflags))' > $@.new
	$(Q)if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
.PHONY: FORCE
FORCE:

$(BUILD)/%.bpf.o: %.bpf.c $(BUILD)/flags
	$(call say,BPF)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(bpf_cflags) -MMD -MP -c $< -o $@

$(BUILD)/%.skel.h: $(BUILD)/bpf/%.bpf.o
	$(call say,SKEL)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

# Programs of the bench's own.
$(BUILD)/tests/bench/%.skel.h: $(BUILD)/tests/bench/%.bpf.o
	$(call say,SKEL)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

$(BUILD)/%.o: %.c $(BUILD)/flags | $(BUILD)/iotxdp.skel.h $(BUILD)/text.skel.h
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(all_cflags) $(if $(filter tests/%,$<),-Itests/lib) -MMD -MP -c $< -o $@

# .incbin is no #include: the compiler does not tell. Nor does it see the symbol in there.
$(BUILD)/user/output/sqlite_schema.o: user/output/schema.sql
$(BUILD)/user/output/sqlite_schema.o: lto :=

$(BUILD)/libiotxdp.a: $(lib_obj)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/iotxdp: $(main_obj) $(BUILD)/libiotxdp.a
	$(call say,LINK)
	$(Q)$(CC) $(all_cflags) $(all_ldflags) -o $@ $^ $(libs)

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(test_lib) $(BUILD)/libiotxdp.a
	$(call say,LINK)
	$(Q)$(CC) $(all_ldflags) -o $@ $^ $(libs) -lcmocka

# Some have several files.
$(BUILD)/tests/bench/gen: $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/gen*.c))
$(BUILD)/tests/bench/kernel_bench: $(BUILD)/tests/bench/kernel_case.o
$(BUILD)/tests/bench/blast: $(BUILD)/tests/bench/kernel_case.o
$(BUILD)/tests/bench/live_bench: $(addprefix $(BUILD)/tests/bench/,live_read.o kernel_case.o)
$(BUILD)/tests/bench/blast.o $(BUILD)/tests/bench/live_bench.o: | $(BUILD)/tests/bench/blast.skel.h
$(BUILD)/tests/bench/kernel_bench.o: | $(BUILD)/tests/bench/kernel_yard.skel.h

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
