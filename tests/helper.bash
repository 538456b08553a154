# Loaded by every test file: the programs under test come first in PATH, each
# test stands in its own empty directory, the locale is plain.
bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DATA=$ROOT/data
SHARED=$ROOT/../shared/data
PATH=${MTL_BIN:-$ROOT/bin}:$PATH
export LC_ALL=C OPENBLAS_NUM_THREADS=1 ROOT DATA SHARED

# A sanitizer's report must never pass for the status 1 that a test expects,
# and memory that is not to be had is for the programs to report.
export ASAN_OPTIONS="exitcode=99:allocator_may_return_null=1:$ASAN_OPTIONS"
export UBSAN_OPTIONS="exitcode=99:print_stacktrace=1:$UBSAN_OPTIONS"

setup() { # Bats keeps files of its own in $BATS_TEST_TMPDIR
	mkdir "$BATS_TEST_TMPDIR/here" && cd "$BATS_TEST_TMPDIR/here"
}

# Debian's python with scikit-learn is an independent truth for some tests.
python=/usr/bin/python3
need_sklearn() {
	"$python" -c 'import sklearn' 2>/dev/null ||
		skip "python3-sklearn is not installed"
}

need_shared() {
	[ -d "$SHARED" ] || skip "the shared data sets are not here"
}
