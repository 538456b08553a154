# mtl: multi-task and multimodal learning as Unix filters.
#
#   make            build the programs into bin/
#   make deps       install from Debian's archive what building needs
#   make demo       install what is missing, build, show the main jobs
#   make check      install what is missing, build, run all tests
#   make check-slow the tests that take long
#   make install    PREFIX=/usr/local, DESTDIR=; also uninstall

TOOLS = mtl-gen mtl-split mtl-scale mtl-train mtl-cv mtl-predict mtl-eval

PREFIX = /usr/local
BINDIR = $(DESTDIR)$(PREFIX)/bin
MANDIR = $(DESTDIR)$(PREFIX)/share/man
CC = gcc
CXX = g++
CFLAGS = -O2 -g
HARDEN = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	-fstack-clash-protection -fPIE
WARN = -Wall -Wextra -Wformat=2 -Wconversion -Werror=format-security
FLAGS = $(WARN) $(HARDEN) -ffp-contract=off -pthread -Ilib -Icli -MMD -MP \
	$(CPPFLAGS) $(CFLAGS)
CSTD = -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700
CXXSTD = -std=c++17
LINK = -pie -pthread -Wl,-z,relro,-z,now -Wl,-z,noexecstack
LIBS = -lcsv -lopenblas -lz -static-libstdc++ -static-libgcc -lm

# make -j is taken as given; else what demo and check build uses all processors.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

# BUILD and BIN name another build beside the release one (make asan).
BUILD = build
BIN = bin

LIBOBJ = $(patsubst %,$(BUILD)/%.o,$(notdir $(basename \
	$(wildcard lib/*/*.c lib/*/*.cc))))
CLIOBJ = $(BUILD)/common.o $(BUILD)/progress.o $(BUILD)/fit_options.o
NUMERIC = $(patsubst tests/numeric/%.c,$(BIN)/test-%,$(wildcard tests/numeric/*.c))

vpath %.c cli $(wildcard lib/*/)
vpath %.cc $(wildcard lib/*/)

all: $(TOOLS:%=$(BIN)/%)

$(TOOLS:%=$(BIN)/%): $(BIN)/%: $(BUILD)/%.o $(BUILD)/libcli.a $(BUILD)/libmtl.a | $(BIN)
	$(CXX) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BIN)/test-%: $(BUILD)/test-%.o $(BUILD)/libmtl.a | $(BIN)
	$(CXX) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libmtl.a: $(LIBOBJ)
	rm -f $@
	ar rcs $@ $^

# What programs share; each links what it uses.
$(BUILD)/libcli.a: $(CLIOBJ)
	rm -f $@
	ar rcs $@ $^

$(BUILD)/%.o: %.c | $(BUILD)
	$(CC) $(CSTD) $(FLAGS) -c -o $@ $<

# A driver may have the name of what it tests.
$(BUILD)/test-%.o: tests/numeric/%.c | $(BUILD)
	$(CC) $(CSTD) $(FLAGS) -c -o $@ $<

$(BUILD)/%.o: %.cc | $(BUILD)
	$(CXX) $(CXXSTD) $(FLAGS) -c -o $@ $<

$(BUILD) $(BIN):
	mkdir -p $@

numeric: $(NUMERIC) $(BIN)/test-noscreen

# mtl-train without screening and working sets, which must change no model.
$(BUILD)/test-noscreen.o: fit_options.c | $(BUILD)
	$(CC) $(CSTD) $(FLAGS) -DNO_SCREENING -c -o $@ $<

$(BIN)/test-noscreen: $(BUILD)/mtl-train.o $(BUILD)/test-noscreen.o \
	    $(BUILD)/libcli.a $(BUILD)/libmtl.a | $(BIN)
	$(CXX) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $^ $(LIBS)

# The same programs with the address and undefined-behaviour sanitizers.
asan:
	$(MAKE) all numeric BUILD=build-asan BIN=bin-asan HARDEN= \
	    CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"

deps:
	@CC="$(CC)" CXX="$(CXX)" tests/deps

demo: deps
	@$(MAKE) -s $(JOBS) all
	@PATH="$(CURDIR)/$(BIN):$$PATH" tests/examples/demo

# The tests run on both builds; they end with "N passed, N failed".
check-builds:
	@CC="$(CC)" CXX="$(CXX)" tests/deps test
	$(MAKE) $(JOBS) all numeric
	$(MAKE) $(JOBS) asan

check: check-builds
	@tests/run

check-slow: check-builds
	@tests/run $(wildcard tests/slow/*.bats)

install: all
	mkdir -p $(BINDIR) $(MANDIR)/man1 $(MANDIR)/man5 $(MANDIR)/man7
	install -m 755 $(TOOLS:%=$(BIN)/%) $(BINDIR)
	set -e; for page in man/*.[157]; do \
	    install -m 644 $$page $(MANDIR)/man$${page##*.}; done

uninstall:
	rm -f $(TOOLS:%=$(BINDIR)/%)
	for page in $(notdir $(wildcard man/*.[157])); do \
	    rm -f $(MANDIR)/man$${page##*.}/$$page; done

clean:
	rm -rf build build-asan bin bin-asan

.PHONY: all numeric asan deps demo check-builds check check-slow install \
	uninstall clean
.SECONDARY:
-include $(wildcard $(BUILD)/*.d)
