#include "data/standardize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Sums over the rows, one entry a column. */
struct sums {
	double *v;     /* [n] pair weights of the rows */
	double *unit;  /* [d] power of two near 1 / largest magnitude */
	double *top;   /* [d] unit times largest magnitude */
	double *seen;  /* [d] total weight of observed cells */
	double *sum;   /* [d] */
	double *square; /* [d] */
	size_t *cells; /* [d] observed cells */
};

/* v_i = weight of row i x tasks it is labelled for. */
static void
pair_weights(double *v, const struct dataset *ds)
{
	for (size_t t = 0; t < ds->T; t++)
		for (size_t i = 0; i < ds->task[t].n; i++) {
			size_t row = ds->task[t].row[i];

			v[row] += ds->weight != NULL ? ds->weight[row] : 1;
		}
}

static void
count_cells(struct sums *s, const struct dataset *ds)
{
	for (size_t j = 0; j < ds->d; j++)
		s->cells[j] = ds->n;
	for (size_t i = 0; i < ds->n && ds->missing > 0; i++)
		for (size_t j = 0; j < ds->d; j++)
			s->cells[j] -= isnan(ds->X[i * ds->d + j]) != 0;
}

/*
 * Times unit no magnitude is above 1; a power of two, so that nothing is
 * rounded. 1 where all cells are 0 or missing.
 */
static void
column_unit(struct sums *s, const struct dataset *ds)
{
	double *restrict max = s->top;

	for (size_t i = 0; i < ds->n; i++) {
		const double *restrict x = ds->X + i * ds->d;

		/* false for NaN */
		for (size_t j = 0; j < ds->d; j++)
			max[j] = fabs(x[j]) > max[j] ? fabs(x[j]) : max[j];
	}
	for (size_t j = 0; j < ds->d; j++) {
		int e = 0;

		frexp(max[j], &e);
		/* Beyond, the power itself is no normal number. */
		e = e > 1022 ? 1022 : e < -1022 ? -1022 : e;
		s->unit[j] = ldexp(1, -e);
		s->top[j] *= s->unit[j];
	}
}

/* A row without missing cells; the arrays do not overlap. */
static void
add_row(double *restrict sum, double *restrict square,
    const double *restrict x, const double *restrict unit,
    const double *restrict mean, double v, size_t d)
{
	for (size_t j = 0; j < d; j++) {
		double e = x[j] * unit[j] - mean[j];

		sum[j] += v * e;
		square[j] += v * e * e;
	}
}

/*
 * One pass: sums of v (u - mean) and v (u - mean)^2 over the observed cells
 * u = unit x, for the means as they stand, which then take what is left. total
 * is the weight of all rows.
 */
static void
moments(double *mean, struct sums *s, const struct dataset *ds, double total)
{
	for (size_t j = 0; j < ds->d; j++) {
		s->sum[j] = s->square[j] = 0;
		s->seen[j] = ds->missing > 0 ? 0 : total;
	}
	for (size_t i = 0; i < ds->n; i++) {
		const double *x = ds->X + i * ds->d;
		double v = s->v[i];

		if (ds->missing == 0)
			add_row(s->sum, s->square, x, s->unit, mean, v, ds->d);
		for (size_t j = 0; j < ds->d && ds->missing > 0; j++) {
			double e = x[j] * s->unit[j] - mean[j];

			if (isnan(x[j]))
				continue;
			s->seen[j] += v;
			s->sum[j] += v * e;
			s->square[j] += v * e * e;
		}
	}
	for (size_t j = 0; j < ds->d; j++) {
		double left = s->seen[j] > 0 ? s->sum[j] / s->seen[j] : 0;

		mean[j] += left;
		s->square[j] = fmax(0, s->square[j] - left * s->sum[j]);
	}
}

/*
 * Means and deviations, the latter over all cells, missing ones at the mean.
 * The first pass leaves means that are right but for rounding, about which the
 * second one's squares do not cancel.
 */
static void
mean_and_deviation(double *mean, double *scale, struct sums *s,
    const struct dataset *ds)
{
	double total = 0;

	for (size_t i = 0; i < ds->n; i++)
		total += s->v[i];
	moments(mean, s, ds, total);
	moments(mean, s, ds, total);
	for (size_t j = 0; j < ds->d; j++) {
		double sd = sqrt(s->square[j] / total);

		mean[j] /= s->unit[j];
		scale[j] = sd <= 1e-12 * s->top[j] ? 0 : sd / s->unit[j];
	}
}

/* A column of scale 0 becomes 0. */
static void
transform_row(double *restrict x, const double *restrict shift,
    const double *restrict scale, size_t d)
{
	for (size_t j = 0; j < d; j++) {
		double y = (x[j] - shift[j]) / scale[j];

		x[j] = scale[j] == 0 ? 0 : y;
	}
}

static void
transform(struct dataset *ds, const struct standard *s)
{
	for (size_t i = 0; i < ds->n; i++) {
		double *x = ds->X + i * ds->d;

		for (size_t j = 0; j < ds->d && ds->missing > 0; j++)
			x[j] = isnan(x[j]) ? s->mean[j] : x[j];
		transform_row(x, s->shift, s->scale, ds->d);
	}
}

static enum mtl_status
check_finite(const struct standard *s, const struct dataset *ds,
    struct mtl_err *err)
{
	for (size_t j = 0; j < s->d; j++)
		if (!isfinite(s->mean[j]) || !isfinite(s->scale[j])) {
			char buf[STR_SHOWN];

			return err_set(err, MTL_NUMERIC,
			    "column '%s': its mean or deviation is not finite",
			    str_show(buf, ds->feature.name[j]));
		}
	return MTL_OK;
}

/*
 * Divides each modality by the root of its total variance; sd[d] are the
 * columns' deviations. A modality that does not vary stays. Variances are
 * taken relative to the largest, so that no square overflows.
 */
static enum mtl_status
scale_blocks(struct standard *s, const double *sd, const struct dataset *ds,
    struct mtl_err *err)
{
	size_t M = ds->modalities.n;
	double *largest = mem_new(M, sizeof *largest);
	double *sum = mem_new(M, sizeof *sum);
	enum mtl_status st = MTL_OK;

	if (largest == NULL || sum == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t j = 0; j < s->d; j++)
		if (s->scale[j] > 0)
			largest[ds->modality[j]] = fmax(
			    largest[ds->modality[j]], sd[j] / s->scale[j]);
	for (size_t j = 0; j < s->d; j++) {
		double top = largest[ds->modality[j]];

		if (s->scale[j] > 0 && top > 0)
			sum[ds->modality[j]] += pow(sd[j] / s->scale[j] / top,
			    2);
	}
	for (size_t j = 0; j < s->d; j++)
		if (largest[ds->modality[j]] > 0)
			s->scale[j] *= largest[ds->modality[j]] *
			    sqrt(sum[ds->modality[j]]);
out:
	free(largest);
	free(sum);
	return st;
}

/* What the options leave of means and deviations. */
static void
choose(struct standard *s, const struct standard_opts *opts)
{
	for (size_t j = 0; j < s->d; j++) {
		bool constant = s->scale[j] == 0 &&
		    (opts->scale || opts->center);

		s->constant += constant;
		s->shift[j] = opts->center ? s->mean[j] : 0;
		if (constant)
			s->scale[j] = 0;
		else if (!opts->scale)
			s->scale[j] = 1;
	}
}

static void
say_columns(const struct standard *s, const struct sums *sums,
    const struct dataset *ds, struct notes *notes)
{
	char buf[STR_SHOWN];
	size_t empty = 0, first = 0;

	for (size_t j = ds->d; j-- > 0;)
		if (sums->cells[j] == 0) {
			empty++;
			first = j;
		}
	if (empty > 0)
		notes_add(notes, WARNING, "%zu column%s without any value "
		    "(the first is '%s'), taken as constant", empty,
		    empty == 1 ? "" : "s",
		    str_show(buf, ds->feature.name[first]));
	if (s->constant > empty)
		notes_add(notes, NOTE, "%zu constant column%s get%s coefficient 0",
		    s->constant - empty, s->constant - empty == 1 ? "" : "s",
		    s->constant - empty == 1 ? "s" : "");
	if (ds->missing > 0)
		notes_add(notes, NOTE, "%zu missing feature cell%s filled "
		    "with the column's mean", ds->missing,
		    ds->missing == 1 ? "" : "s");
}

enum mtl_status
standardize(struct standard *s, struct dataset *ds,
    const struct standard_opts *opts, struct notes *notes, struct mtl_err *err)
{
	size_t d = ds->d;
	struct sums sums = {mem_new(ds->n, sizeof(double)),
	    mem_new(d, sizeof(double)), mem_new(d, sizeof(double)),
	    mem_new(d, sizeof(double)), mem_new(d, sizeof(double)),
	    mem_new(d, sizeof(double)), mem_new(d, sizeof(size_t))};
	enum mtl_status st = MTL_OK;

	*s = (struct standard){d, mem_new(d, sizeof(double)),
	    mem_new(d, sizeof(double)), mem_new(d, sizeof(double)), 0};
	if (sums.v == NULL || sums.unit == NULL || sums.top == NULL ||
	    sums.seen == NULL || sums.sum == NULL || sums.square == NULL || sums.cells == NULL || s->mean == NULL ||
	    s->scale == NULL || s->shift == NULL) {
		st = err_nomem(err);
		goto out;
	}
	pair_weights(sums.v, ds);
	count_cells(&sums, ds);
	column_unit(&sums, ds);
	mean_and_deviation(s->mean, s->scale, &sums, ds);
	if ((st = check_finite(s, ds, err)) != MTL_OK)
		goto out;
	memcpy(sums.sum, s->scale, d * sizeof *sums.sum);
	choose(s, opts);
	if (opts->block &&
	    (st = scale_blocks(s, sums.sum, ds, err)) != MTL_OK)
		goto out;
	say_columns(s, &sums, ds, notes);
	transform(ds, s);
out:
	free(sums.v);
	free(sums.unit);
	free(sums.top);
	free(sums.seen);
	free(sums.sum);
	free(sums.square);
	free(sums.cells);
	if (st != MTL_OK)
		standard_clear(s);
	return st;
}

void
standard_clear(struct standard *s)
{
	free(s->mean);
	free(s->scale);
	free(s->shift);
	*s = (struct standard){0};
}
