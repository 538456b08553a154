/*
 * The ground floor: numbers, random numbers, names, strings, record files,
 * output files. Works in the current directory, which it may fill. Prints a
 * line for each failed check.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lapack.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/notes.h"
#include "base/num.h"
#include "base/outfile.h"
#include "base/rng.h"
#include "base/threads.h"
#include "table/records.h"

static int failed;

static void
check(bool good, const char *what, const char *detail)
{
	if (good)
		return;
	printf("%s: %s\n", what, detail);
	failed = 1;
}

/* --- numbers ------------------------------------------------------------- */

static uint64_t
bits(double x)
{
	uint64_t b;

	memcpy(&b, &x, sizeof b);
	return b;
}

static double
from_bits(uint64_t b)
{
	double x;

	memcpy(&x, &b, sizeof x);
	return x;
}

/* Reads back, is the shape the manual promises, and no longer than %.17g. */
static void
round_trip(double x)
{
	char text[NUM_MAX + 1];
	size_t len = num_write(text, x), digits = 0, least = 1;
	double back = 0, size = fabs(x);
	bool fixed = size == 0 || (size >= 1e-5 && size < 1e16);

	text[len] = '\0';
	check(len < NUM_MAX, "longer than NUM_MAX", text);
	check(num_read(&back, text, len) == NUM_OK && bits(back) == bits(x),
	    "does not read back", text);
	check(bits(strtod(text, NULL)) == bits(x), "strtod differs", text);
	check((strchr(text, 'e') == NULL) == fixed, "wrong notation", text);
	check(len < 2 || strcmp(text + len - 2, ".0") != 0, "ends in .0", text);
	if (fixed)
		return;
	/* Scientific: as few digits as any that read back. */
	for (const char *s = text; *s != 'e'; s++)
		digits += *s >= '0' && *s <= '9';
	for (; least < 17; least++) {
		char other[64];

		snprintf(other, sizeof other, "%.*e", (int)least - 1, x);
		if (strtod(other, NULL) == x)
			break;
	}
	check(digits <= least, "more digits than needed", text);
}

static void
written(double x, const char *want)
{
	char text[NUM_MAX + 1];

	text[num_write(text, x)] = '\0';
	check(strcmp(text, want) == 0, want, text);
}

static void
numbers_written(void)
{
	static const double edge[] = {0, 1, 10, 0.1, 1e-5, 1e16, 1e15, 1e22,
		4.9406564584124654e-324, 2.2250738585072014e-308,
		1.7976931348623157e308, 9007199254740993.0, 123456789012345.6,
		0.3, 2.0 / 3, 5e-6, 3e-320};
	struct rng r;

	for (size_t i = 0; i < sizeof edge / sizeof edge[0]; i++)
		for (int step = -1; step <= 1; step++) {
			double x = step == 0 ? edge[i]
			    : nextafter(edge[i], step * (double)INFINITY);

			if (!isfinite(x))
				continue;
			round_trip(x);
			round_trip(-x);
		}
	rng_seed(&r, 1);
	for (int i = 0; i < 100000; i++) {
		double x = from_bits(rng_u64(&r));

		if (isfinite(x))
			round_trip(x);
		round_trip(rng_normal(&r) * 1000);
	}
	written(0, "0");
	written(-0.0, "-0");
	written(1, "1");
	written(-12.5, "-12.5");
	written(1e-5, "0.00001");
	written(nextafter(1e-5, 0), "9.999999999999999e-06");
	written(1e16, "1e+16");
	written(nextafter(1e16, 0), "9999999999999998");
	written(1e300, "1e+300");
	written(5e-324, "5e-324");
	written(0.1 + 0.2, "0.30000000000000004");
}

static void
numbers_read(void)
{
	static const char *const bad[] = {"", " ", "+", "-", ".", "e5", "1e",
		"1e+", "1,5", "1.5x", " 1", "1 ", "0x10", "0x1p3", "nan", "NaN",
		"inf", "-inf", "infinity", "+nan", "--1", "+-1", "-+1", "++1",
		"1_000", "1'000", "1.2.3", "1e5.0", "1d5", "1f", "\xc2\xb5",
		"1%", "12e", ".e1", "1e 5"};
	static const struct {
		const char *text;
		double x;
	} good[] = {{"1", 1}, {"+1", 1}, {"-1", -1}, {"01", 1}, {"1.", 1},
		{".5", .5}, {"-.5", -.5}, {"+.5", .5}, {"1e5", 1e5},
		{"1E5", 1e5}, {"1e+05", 1e5}, {"1e-05", 1e-5}, {"-0", -0.0},
		{"0e999", 0}, {"1e308", 1e308}, {"5e-324", 5e-324},
		{"3e-320", 3e-320}, {"9007199254740993", 9007199254740992.0},
		{"1.00000000000000000000000000000000000001", 1}};
	static const char *const range[] = {"1e999", "-1e999", "1e-999",
		"1e309", "1e-400"};
	double x = 7;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		check(num_read(&x, bad[i], strlen(bad[i])) == NUM_BAD && x == 7,
		    "taken for a number", bad[i]);
	check(num_read(&x, "1\0", 2) == NUM_BAD, "taken for a number", "1\\0");
	for (size_t i = 0; i < sizeof range / sizeof range[0]; i++)
		check(num_read(&x, range[i], strlen(range[i])) == NUM_RANGE &&
		    x == 7, "not out of range", range[i]);
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		check(num_read(&x, good[i].text, strlen(good[i].text)) ==
		    NUM_OK && bits(x) == bits(good[i].x), "misread",
		    good[i].text);
	/* The length decides, not what stands behind. */
	check(num_read(&x, "12345", 2) == NUM_OK && x == 12, "misread", "12");
}

/* --- random numbers ------------------------------------------------------ */

/*
 * What numpy 1.24's RandomState(seed) gives: words; uniforms; three normals, a
 * uniform and a fourth normal (from the cache); a permutation of 12 followed
 * by integers below 10 and 2^40, 2000 uniforms and a word.
 */
static const struct {
	uint32_t seed, word[3];
	double uniform[3], normal[5];
	size_t order[12];
	uint64_t below[8];
	uint32_t last;
} drawn[] = {
{0u, {2357136044u, 2546248239u, 3071714933u},
 {0x1.18fe1565f12a8p-1, 0x1.6e2d4cf608733p-1, 0x1.349d66b6e894bp-1},
 {0x1.c398ef3e5cfa5p+0, 0x1.99c2cfacc8953p-2, 0x1.f51d25222c9abp-1,
  0x1.b1d2904fd0ef6p-2, 0x1.1ed5969e3314ep+1},
 {6, 11, 4, 10, 2, 8, 1, 7, 9, 3, 0, 5},
 {8, 1, 6, 7, 7, 8, 351867758245, 107679279949}, 2284317402u},
{1u, {1791095845u, 4282876139u, 3093770124u},
 {0x1.ab07d0ffa3c06p-2, 0x1.70ce5f3baf051p-1, 0x1.dfb906661c000p-14},
 {0x1.9fd5190657c50p+0, -0x1.393822fb7d9adp-1, -0x1.0e6c872548fd2p-1,
  0x1.964a3677bfbe8p-2, -0x1.12ae1255cb80cp+0},
 {2, 3, 4, 10, 1, 6, 0, 7, 11, 9, 8, 5},
 {6, 9, 2, 4, 5, 2, 911411182475, 1086103244266}, 785634470u},
{42u, {1608637542u, 3421126067u, 4083286876u},
 {0x1.7f8771e5f51ecp-2, 0x1.e6c4068bbd654p-1, 0x1.76c7e8f1e6751p-1},
 {0x1.fca2a28a9307cp-2, -0x1.1b2a505de052ap-3, 0x1.4b9dd50245e68p-1,
  0x1.3f86b37222184p-3, 0x1.85e548e01aa2bp+0},
 {10, 9, 0, 8, 5, 2, 1, 11, 4, 7, 3, 6},
 {7, 7, 2, 5, 4, 1, 377237468651, 675221855013}, 1485717012u},
{4294967295u, {419326371u, 479346978u, 3918654476u},
 {0x1.8fe69a3924820p-4, 0x1.d323d824032b1p-1, 0x1.93fc6f61af3f9p-1},
 {0x1.4bfc38c486d8ap-1, 0x1.56b192e507eeep-1, -0x1.149e836f192fdp+0,
  0x1.d1999c0aed972p-1, 0x1.23543dec5a0fcp-2},
 {11, 8, 5, 9, 1, 10, 6, 0, 4, 7, 2, 3},
 {6, 7, 7, 6, 5, 9, 589191204441, 192988057956}, 2092578199u},
};

/* The last bit of a normal is libm's. */
static bool
same_normal(double a, double b)
{
	return fabs(a - b) <= 4e-16 * fabs(b);
}

static void
random_numbers(size_t k)
{
	struct rng r;
	char seed[32];
	size_t order[12];

	snprintf(seed, sizeof seed, "seed %lu", (unsigned long)drawn[k].seed);
	rng_seed(&r, drawn[k].seed);
	for (int i = 0; i < 3; i++)
		check(rng_u32(&r) == drawn[k].word[i], "a word", seed);
	rng_seed(&r, drawn[k].seed);
	for (int i = 0; i < 3; i++)
		check(rng_uniform(&r) == drawn[k].uniform[i], "a uniform",
		    seed);
	rng_seed(&r, drawn[k].seed);
	for (int i = 0; i < 5; i++)
		check(i == 3 ? rng_uniform(&r) == drawn[k].normal[i]
			: same_normal(rng_normal(&r), drawn[k].normal[i]),
		    "a normal", seed);
	rng_seed(&r, drawn[k].seed);
	rng_permutation(&r, order, 12);
	check(memcmp(order, drawn[k].order, sizeof order) == 0,
	    "a permutation", seed);
	for (int i = 0; i < 8; i++)
		check(rng_below(&r, i < 6 ? 9 : (UINT64_C(1) << 40) - 1) ==
		    drawn[k].below[i], "an integer", seed);
	for (int i = 0; i < 2000; i++)
		rng_uniform(&r);
	check(rng_u32(&r) == drawn[k].last, "a later word", seed);
}

static void
random_limits(void)
{
	struct rng a, b;

	rng_seed(&a, 5);
	rng_seed(&b, 5);
	check(rng_below(&a, 0) == 0, "below 0", "is not 0");
	check(rng_u32(&a) == rng_u32(&b), "below 0", "draws");
	for (int i = 0; i < 1000; i++) {
		check(rng_below(&a, 2) <= 2, "below 2", "is above");
		check(rng_below(&a, UINT64_MAX - 1) < UINT64_MAX,
		    "below 2^64-2", "is above");
	}
	rng_permutation(&a, NULL, 0);
}

/* --- names and strings --------------------------------------------------- */

static struct str
numbered(char buf[32], size_t i)
{
	snprintf(buf, 32, "name-%zu", i * 7919);
	return str_of(buf);
}

static void
names_at_scale(void)
{
	enum { MANY = 200000 };
	struct names names = {0};
	struct str odd = {"a\0b", 3}, first;
	char buf[32];
	bool good = true;

	for (size_t i = 0; i < MANY; i++)
		good = good && names_add(&names, numbered(buf, i)) == i;
	first = names.name[0];
	for (size_t i = 0; i < MANY; i++)
		good = good && names_find(&names, numbered(buf, i)) == i &&
		    names_add(&names, numbered(buf, i)) == i &&
		    str_is(names.name[i], buf);
	check(good && names.n == MANY, "names", "an index is wrong");
	check(names_find(&names, str_of("name")) == SIZE_MAX, "names",
	    "found what is not there");
	check(names_add(&names, (struct str){"", 0}) == MANY &&
	    names_add(&names, odd) == MANY + 1 &&
	    names_find(&names, (struct str){"a", 1}) == SIZE_MAX &&
	    names_find(&names, odd) == MANY + 1, "names", "odd strings");
	check(names.name[0].s == first.s, "names", "an address moved");
	check(names_find(&names, (struct str){NULL, 0}) == MANY, "names",
	    "an empty view");
	names_clear(&names);
	check(names.n == 0 && names_find(&names, odd) == SIZE_MAX, "names",
	    "not cleared");
}

static void
shown(struct str s, const char *want)
{
	char buf[STR_SHOWN];

	check(strcmp(str_show(buf, s), want) == 0, want, buf);
}

static void
strings(void)
{
	static const char *const words[] = {"score", "age", "income", "y",
		"a very long name that has nothing to do with the others at "
		"all, longer than is ever compared"};
	struct str name[5], a = str_of("ab");
	char text[100], cut[64];

	for (size_t i = 0; i < 5; i++)
		name[i] = str_of(words[i]);
	check(str_nearest(str_of("scoer"), name, 5) == 0, "nearest", "scoer");
	check(str_nearest(str_of("Age"), name, 5) == 1, "nearest", "Age");
	check(str_nearest(str_of("incom"), name, 5) == 2, "nearest", "incom");
	check(str_nearest(str_of("Y"), name, 5) == 3, "nearest", "Y");
	check(str_nearest(str_of("SCROE"), name, 5) == 0, "nearest", "SCROE");
	check(str_nearest(str_of("z"), name, 5) == SIZE_MAX, "nearest", "z");
	check(str_nearest(str_of("wavelength"), name, 5) == SIZE_MAX,
	    "nearest", "wavelength");
	check(str_cmp(a, str_of("abc")) < 0 && str_cmp(a, str_of("aa")) > 0 &&
	    str_cmp(a, a) == 0 && str_cmp(str_of("\xff"), a) > 0, "order",
	    "by bytes");
	check(str_eq(a, (struct str){"abc", 2}) && !str_is(a, "abc") &&
	    str_starts(a, "a") && !str_starts(a, "abc"), "equal", "ab");
	check(str_glob("a*", a) && str_glob("?b", a) && str_glob("[a-c]b", a) &&
	    !str_glob("a", a) && !str_glob("*c", a) && !str_glob("[", a),
	    "glob", "ab");
	shown(str_of("plain \xc3\xbc"), "plain \xc3\xbc");
	shown(str_of("\x1b[31m\n\t\r\\"), "\\x1b[31m\\n\\t\\r\\\\");
	shown(str_of("\x9b" "1m\xc2\x9b\xff\xed\xa0\x80"),
	    "\\x9b1m\\xc2\\x9b\\xff\\xed\\xa0\\x80");
	shown((struct str){"a\0b\x7f", 4}, "a\\x00b\\x7f");
	/* Cut before, not in, the two bytes of a character. */
	memset(text, 'x', sizeof text);
	memcpy(text + 59, "\xc3\xbc", 2);
	memset(cut, 'x', 59);
	strcpy(cut + 59, "...");
	shown((struct str){text, sizeof text}, cut);
}

/* --- memory, notes, threads, LAPACK ------------------------------------- */

static void
memory(void)
{
	size_t cap = 0, *list = NULL;
	struct notes notes = {0};

	check(mem_new(SIZE_MAX / 2, 3) == NULL, "mem_new", "overflow");
	check(mem_resize(NULL, SIZE_MAX, 2) == NULL, "mem_resize", "overflow");
	check(mat_new((size_t)1 << 31, 1) == NULL, "mat_new", "too many rows");
	for (size_t i = 0; i < 1000; i++) {
		check(mem_grow((void *)&list, &cap, i + 1, sizeof *list) &&
		    cap > i, "mem_grow", "too little");
		list[i] = i;
	}
	check(!mem_grow((void *)&list, &cap, SIZE_MAX, sizeof *list) &&
	    list[999] == 999, "mem_grow", "overflow");
	free(list);
	notes_add(NULL, NOTE, "nobody hears");
	notes_add(&notes, WARNING, "%d rows", 3);
	notes_add(&notes, NOTE, "second");
	check(notes.n == 2 && notes.note[0].kind == WARNING && !notes.lost &&
	    strcmp(notes.note[0].text, "3 rows") == 0 &&
	    strcmp(notes.note[1].text, "second") == 0, "notes", "lost");
	notes_clear(&notes);
	check(notes.n == 0 && notes.note == NULL, "notes", "not cleared");
}

static void
count_one(void *arg, size_t i)
{
	((int *)arg)[i]++;
}

static void
threads(void)
{
	enum { WORK = 10000 };
	int *done = mem_new(WORK, sizeof *done);
	bool good = done != NULL;

	for (size_t n = 1; good && n <= 2000; n = n * 3 + 1)
		threads_for(WORK, n, count_one, done);
	for (size_t i = 0; good && i < WORK; i++)
		good = done[i] == 7;
	check(good, "threads_for", "not once for each");
	threads_for(0, 4, count_one, NULL);
	check(threads_available() >= 1, "threads_available", "none");
	free(done);
}

static void
lapack(void)
{
	/* Lower triangles are garbage on purpose: only the upper is read. */
	double A[] = {4, 2, 0, 99, 5, 3, 99, 99, 6}, b[] = {8, 22, 24};
	double E[] = {2, 1, 99, 2}, w[2], bad[] = {1, 2, 99, 1}, work[9];
	int iwork[3];

	check(lapack_potrf(A, 3), "potrf", "not definite");
	check(fabs(lapack_pocon(A, 3, 11, work, iwork)) < 1, "pocon", "size");
	lapack_potrs(A, 3, b, 1);
	/* Solved by hand: A (4/5, 12/5, 14/5)' = (8, 22, 24)'. */
	check(fabs(4 * b[0] + 2 * b[1] - 8) < 1e-12 &&
	    fabs(2 * b[0] + 5 * b[1] + 3 * b[2] - 22) < 1e-12 &&
	    fabs(3 * b[1] + 6 * b[2] - 24) < 1e-12, "potrs", "wrong");
	check(!lapack_potrf(bad, 2), "potrf", "indefinite taken");
	check(lapack_syevd(E, 2, w) && fabs(w[0] - 1) < 1e-14 &&
	    fabs(w[1] - 3) < 1e-14 && fabs(E[0] + E[1]) < 1e-14 &&
	    fabs(E[2] - E[3]) < 1e-14, "syevd", "wrong");
}

/*
 * A = left diag(sigma) right, descending, orthonormal; the values alone are
 * the same, and work ends where it is said to. Long, wide and square ones take
 * different paths inside.
 */
static void
singular(size_t m, size_t n, struct rng *r)
{
	size_t q = m < n ? m : n, room = lapack_gesdd_room(m, n);
	double *A = mat_new(m, n), *left = mat_new(m, q), off = 0;
	double *right = mat_new(q, n), *work = mem_new(room + 1, sizeof *work);
	double *B = mat_new(m, n), *sigma = mat_new(2, q), scale = 0;

	for (size_t i = 0; i < m * n; i++)
		A[i] = B[i] = rng_normal(r);
	work[room] = 12345;
	check(lapack_gesdd(A, m, n, sigma, left, right, work), "gesdd",
	    "failed");
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++) {
			double sum = 0;

			for (size_t k = 0; k < q; k++)
				sum += left[i * q + k] * sigma[k] *
				    right[k * n + j];
			off = fmax(off, fabs(sum - B[i * n + j]));
			scale = fmax(scale, fabs(sum));
		}
	for (size_t k = 1; k < q; k++) {
		double dot = 0;

		check(sigma[k - 1] >= sigma[k], "gesdd", "ascends");
		for (size_t j = 0; j < n; j++)
			dot += right[j] * right[k * n + j];
		off = fmax(off, fabs(dot));
	}
	check(off < 1e-13 * scale * (double)q, "gesdd", "wrong");
	check(lapack_gesdd(B, m, n, sigma + q, NULL, NULL, work) &&
	    fabs(sigma[0] - sigma[q]) < 1e-12 * sigma[0] &&
	    fabs(sigma[q - 1] - sigma[2 * q - 1]) < 1e-12 * sigma[0],
	    "gesdd", "values alone");
	check(work[room] == 12345, "gesdd", "behind its work space");
	A[m * n - 1] = (double)NAN;
	check(!lapack_gesdd(A, m, n, sigma, NULL, NULL, work), "gesdd",
	    "NaN taken");
	free(A);
	free(B);
	free(left);
	free(right);
	free(sigma);
	free(work);
}

static void
singular_values(void)
{
	static const size_t sides[][2] = {{1, 1}, {5, 1}, {1, 5}, {2, 3},
	    {40, 3}, {3, 40}, {160, 160}, {300, 120}, {120, 300}, {170, 120}};
	struct rng r;

	rng_seed(&r, 1);
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
		singular(sides[i][0], sides[i][1], &r);
}

/* --- record files -------------------------------------------------------- */

static const char *const sample[][REC_FIELDS] = {
	{"meta", "method", NULL, NULL, NULL, "mean"},
	{"coef", "", "task, one", "\"class\"", "line\nbreak", "x"},
	{"coef", NULL, " blank ", "\xff\xfe", "cr\rhere", "y"},
};
enum { SAMPLES = sizeof sample / sizeof sample[0] };

static void
save(const char *path, const char *s, size_t len)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL || fwrite(s, 1, len, fp) != len || fclose(fp) != 0) {
		perror(path);
		exit(1);
	}
}

static char *
load(const char *path, size_t *len)
{
	static char buf[8192];
	FILE *fp = fopen(path, "r");

	*len = fp != NULL ? fread(buf, 1, sizeof buf - 1, fp) : 0;
	buf[*len] = '\0';
	if (fp != NULL)
		fclose(fp);
	return buf;
}

static void
write_sample(const char *path, unsigned version)
{
	FILE *fp = fopen(path, "w");
	struct records_out out;
	struct str f[REC_FIELDS];

	if (fp == NULL) {
		perror(path);
		exit(1);
	}
	records_start(&out, fp, "mtl-test", version);
	for (size_t i = 0; i < SAMPLES; i++) {
		for (size_t j = 0; j < REC_FIELDS; j++)
			f[j] = sample[i][j] != NULL ? str_of(sample[i][j])
			    : (struct str){NULL, 0};
		records_put(&out, f);
	}
	records_num(&out, f, 0.1);
	check(records_end(&out) && !ferror(fp), "records", "not written");
	fclose(fp);
}

struct seen {
	size_t n;
	bool good;
};

static enum mtl_status
see(void *arg, const struct record *rec, struct mtl_err *err)
{
	struct seen *seen = arg;
	size_t row = seen->n < SAMPLES ? seen->n : SAMPLES - 1;

	(void)err;
	for (size_t j = 0; j < REC_FIELDS; j++) {
		const char *want = sample[row][j];

		if (seen->n == SAMPLES && j == REC_VALUE)
			want = "0.1";
		if (!str_is(rec->f[j], want != NULL ? want : ""))
			seen->good = false;
	}
	seen->n++;
	return MTL_OK;
}

static enum mtl_status
read_sample(const char *path, bool trust, struct seen *seen,
    struct mtl_err *err)
{
	*seen = (struct seen){0, true};
	return records_read(path, "mtl-test", 1, trust, see, seen, err);
}

/* The bytes are refused with a message that holds `words`. */
static void
refused(const char *s, size_t len, const char *what, const char *words)
{
	struct mtl_err err = {""};
	struct seen seen;

	save("bad.rec", s, len);
	check(read_sample("bad.rec", false, &seen, &err) == MTL_INPUT &&
	    strncmp(err.msg, "bad.rec:", 8) == 0 && seen.n == 0, what,
	    err.msg);
	check(strstr(err.msg, words) != NULL, words, err.msg);
}

static void
records_changed(const char *good, size_t len)
{
	char bad[8192];

	for (size_t i = 0; i < len; i++) {
		refused(good, i, "a cut file is read", "");
		for (int bit = 0; bit < 8; bit++) {
			memcpy(bad, good, len);
			bad[i] = (char)(bad[i] ^ 1 << bit);
			refused(bad, len, "a changed file is read", "");
		}
		memcpy(bad, good, len);
		memmove(bad + i, bad + i + 1, len - i - 1);
		refused(bad, len - 1, "a byte is missing", "");
	}
	memcpy(bad, good, len);
	bad[len] = '\n';
	refused(bad, len + 1, "more behind the end", "end row is missing");
	memcpy(bad + len, good, len);
	refused(bad, 2 * len, "a doubled file", "checksum");
}

/* Lines are numbered from 1, the header. */
static size_t
line_at(const char *s, int line)
{
	const char *at = s;

	while (--line > 0)
		at = strchr(at, '\n') + 1;
	return (size_t)(at - s);
}

static void
records_rows_moved(const char *good, size_t len)
{
	char bad[8192];
	/* Rows 3 and 4: row 4 reaches over two lines. */
	size_t a = line_at(good, 3), b = line_at(good, 4),
	    c = line_at(good, 6);

	memcpy(bad, good, a);
	memcpy(bad + a, good + b, c - b);
	memcpy(bad + a + c - b, good + a, b - a);
	memcpy(bad + c, good + c, len - c);
	refused(bad, len, "swapped rows", "checksum");
	memcpy(bad, good, b);
	memcpy(bad + b, good + a, len - a);
	refused(bad, len + b - a, "a doubled row", "checksum");
	memcpy(bad, good, a);
	memcpy(bad + a, good + b, len - b);
	refused(bad, len - (b - a), "a missing row", "checksum");
}

static void
records_edited(const char *good, size_t len)
{
	static const char *const wrong[] = {
		"record,name,task,class,feature,value\nmeta,format,,,,"
		    "mtl-test 1\nmeta,a,,,,\"open\n",
		"record,name,task,class,feature,value\nmeta,format,,,,"
		    "mtl-test 1\nmeta,a,,,\nend,rows,,,,2\nend,crc32,,,,0\n",
		"record,name,task,class,feature,value\nmeta,format,,,,"
		    "mtl-test 1\nmeta,a,,,,,\nend,rows,,,,2\nend,crc32,,,,0\n",
		"record,name,task,class,feature,value\nmeta,format,,,,"
		    "mtl-test 1\nmeta,a,,,,\"b\"c\nend,rows,,,,2\n",
		"record,name,task,class,feature,value\nmeta,format,,,,"
		    "mtl-test 1\nend,rows,,,,1\n",
		"record,name,task,class,feature,value\nmeta,format,,,,"
		    "mtl-test 1\nend,rows,,,,1\nend,crc32,,,,0\nmeta,a,,,,b\n",
		"record,name\n", "", "\n"};
	char edited[8192], *to = edited;
	struct mtl_err err = {""};
	struct seen seen;

	/* A spreadsheet's line ends, and no longer the right checksum. */
	for (size_t i = 0; i < len; i++) {
		if (good[i] == '\n' && strncmp(good + i, "\nbreak", 6) != 0)
			*to++ = '\r';
		*to++ = good[i];
	}
	to[-3] ^= 1;
	save("edited.rec", edited, (size_t)(to - edited));
	check(read_sample("edited.rec", false, &seen, &err) == MTL_INPUT,
	    "an edited file", "is read");
	check(read_sample("edited.rec", true, &seen, &err) == MTL_OK &&
	    seen.n == SAMPLES + 1 && seen.good, "an edited file", err.msg);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		save("wrong.rec", wrong[i], strlen(wrong[i]));
		check(read_sample("wrong.rec", true, &seen, &err) ==
		    MTL_INPUT, "taken", wrong[i]);
	}
}

static void
records(void)
{
	struct mtl_err err = {""};
	struct seen seen;
	char good[8192];
	size_t len;

	write_sample("good.rec", 1);
	check(read_sample("good.rec", false, &seen, &err) == MTL_OK &&
	    seen.n == SAMPLES + 1 && seen.good, "records", err.msg);
	memcpy(good, load("good.rec", &len), sizeof good);
	check(strncmp(good, "record,name,task,class,feature,value\n"
	    "meta,format,,,,mtl-test 1\nmeta,method,,,,mean\n", 81) == 0,
	    "records begin with", good);
	records_changed(good, len);
	records_rows_moved(good, len);
	records_edited(good, len);
	write_sample("new.rec", 2);
	check(read_sample("new.rec", false, &seen, &err) == MTL_INPUT &&
	    strcmp(err.msg, "new.rec: its format is mtl-test 2, newer than "
		"the mtl-test 1 that this program reads") == 0,
	    "a newer version", err.msg);
	check(records_read("good.rec", "mtl-other", 1, false, see, &seen,
	    &err) == MTL_INPUT && strcmp(err.msg, "good.rec: its format is "
	    "'mtl-test 1', not mtl-other") == 0, "another kind", err.msg);
	refused("id,y,x\n1,2,3\n", 13, "a table", "not a file of kind");
	check(read_sample("absent.rec", false, &seen, &err) == MTL_IO &&
	    strcmp(err.msg, "absent.rec: No such file or directory") == 0,
	    "an absent file", err.msg);
}

/* --- output files -------------------------------------------------------- */

static void
holds(const char *path, const char *want)
{
	size_t len;
	const char *got = load(path, &len);

	check(strcmp(got, want) == 0, path, got);
}

static mode_t
mode(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 ? sb.st_mode & 07777 : 0;
}

static void
put(const char *path, const char *text)
{
	struct outfile out;
	struct mtl_err err = {""};

	check(outfile_open(&out, path, &err) == MTL_OK, path, err.msg);
	if (out.fp == NULL)
		return;
	fputs(text, out.fp);
	check(outfile_commit(&out, &err) == MTL_OK, path, err.msg);
	check(out.fp == NULL && out.temp == NULL, path, "not zeroed");
}

static void
output_aside(void)
{
	struct outfile out, second;
	struct mtl_err err = {""};

	put("target", "old");
	check(chmod("target", 0640) == 0, "chmod", "failed");
	outfile_open(&out, "target", &err);
	outfile_open(&second, "target", &err);
	fputs("half", out.fp);
	fflush(out.fp);
	holds("target", "old");
	check(access(out.temp, F_OK) == 0, "no temporary", out.temp);
	outfile_discard(&out);
	holds("target", "old");
	fputs("second", second.fp);
	check(outfile_commit(&second, &err) == MTL_OK, "commit", err.msg);
	holds("target", "second");
	check(mode("target") == 0640, "the mode", "was not kept");
	outfile_discard(&out);
	outfile_open(&out, "target", &err);
	fputs("interrupted", out.fp);
	fflush(out.fp);
	outfile_remove_all();
	check(access(out.temp, F_OK) != 0, "still there", out.temp);
	outfile_discard(&out);
	holds("target", "second");
}

static void
output_links(void)
{
	struct stat sb;
	mode_t mask = umask(027);

	put("fresh", "x");
	umask(mask);
	check(mode("fresh") == 0640, "the mode", "is not the umask's");
	check(mkdir("dir", 0777) == 0 && symlink("../real", "dir/link") == 0 &&
	    symlink("dir/link", "link") == 0, "symlink", "failed");
	/* Dangling at first, then a link to what is there. */
	for (int i = 0; i < 2; i++) {
		const char *text = i == 0 ? "new" : "newer";

		put("link", text);
		holds("real", text);
		check(lstat("link", &sb) == 0 && S_ISLNK(sb.st_mode) &&
		    lstat("dir/link", &sb) == 0 && S_ISLNK(sb.st_mode),
		    "link", "was replaced");
	}
}

static void
output_fails(void)
{
	static const char *const never[] = {"absent/file", "loop", "."};
	struct outfile out;
	struct mtl_err err = {""};

	check(symlink("loop", "loop") == 0, "symlink", "failed");
	for (size_t i = 0; i < 3; i++) {
		check(outfile_open(&out, never[i], &err) == MTL_IO &&
		    strncmp(err.msg, never[i], strlen(never[i])) == 0 &&
		    out.fp == NULL, never[i], err.msg);
		outfile_discard(&out);
	}
	if (access("/dev/full", W_OK) != 0)
		return;
	for (size_t size = 1; size < 100000; size += 99998) {
		check(outfile_open(&out, "/dev/full", &err) == MTL_OK,
		    "/dev/full", err.msg);
		for (size_t i = 0; i < size; i++)
			putc('x', out.fp);
		check(outfile_commit(&out, &err) == MTL_IO && strcmp(err.msg,
		    "/dev/full: No space left on device") == 0, "/dev/full",
		    err.msg);
	}
}

int
main(void)
{
	numbers_written();
	numbers_read();
	for (size_t k = 0; k < sizeof drawn / sizeof drawn[0]; k++)
		random_numbers(k);
	random_limits();
	names_at_scale();
	strings();
	memory();
	threads();
	lapack();
	singular_values();
	records();
	output_aside();
	output_links();
	output_fails();
	return failed;
}
