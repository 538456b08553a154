#include "data/standardize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Sums over the rows, one entry a column. */
struct sums {
	double *v;     /* [n] pair weights of the rows */
	double *max;   /* [d] largest magnitude, at least 0 */
	double *seen;  /* [d] total weight of observed cells */
	double *sum;   /* [d] */
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
column_max(struct sums *s, const struct dataset *ds)
{
	for (size_t i = 0; i < ds->n; i++) {
		const double *x = ds->X + i * ds->d;

		for (size_t j = 0; j < ds->d; j++)
			if (!isnan(x[j])) {
				s->max[j] = fmax(s->max[j], fabs(x[j]));
				s->cells[j]++;
			}
	}
}

/*
 * mean_j = max_j * sum v (x/max) / sum v, in two passes: the second adds the
 * mean of what the first left.
 */
static void
column_mean(double *mean, struct sums *s, const struct dataset *ds)
{
	for (int pass = 0; pass < 2; pass++) {
		for (size_t j = 0; j < ds->d; j++)
			s->sum[j] = s->seen[j] = 0;
		for (size_t i = 0; i < ds->n; i++) {
			const double *x = ds->X + i * ds->d;

			for (size_t j = 0; j < ds->d; j++) {
				if (isnan(x[j]) || s->max[j] == 0)
					continue;
				s->seen[j] += s->v[i];
				s->sum[j] += s->v[i] * (x[j] / s->max[j] -
				    mean[j]);
			}
		}
		for (size_t j = 0; j < ds->d; j++)
			if (s->seen[j] > 0)
				mean[j] += s->sum[j] / s->seen[j];
	}
	for (size_t j = 0; j < ds->d; j++)
		mean[j] *= s->max[j];
}

/* scale_j: deviation over all cells, missing ones at their mean. */
static void
column_deviation(double *scale, const double *mean, struct sums *s,
    const struct dataset *ds)
{
	double total = 0;

	for (size_t i = 0; i < ds->n; i++)
		total += s->v[i];
	for (size_t j = 0; j < ds->d; j++)
		s->sum[j] = 0;
	for (size_t i = 0; i < ds->n; i++) {
		const double *x = ds->X + i * ds->d;

		for (size_t j = 0; j < ds->d; j++) {
			double e;

			if (isnan(x[j]) || s->max[j] == 0)
				continue;
			e = x[j] / s->max[j] - mean[j] / s->max[j];
			s->sum[j] += s->v[i] * e * e;
		}
	}
	for (size_t j = 0; j < ds->d; j++) {
		double sd = sqrt(s->sum[j] / total);

		scale[j] = sd <= 1e-12 ? 0 : sd * s->max[j];
	}
}

static void
transform(struct dataset *ds, const struct standard *s)
{
	for (size_t i = 0; i < ds->n; i++) {
		double *x = ds->X + i * ds->d;

		for (size_t j = 0; j < ds->d; j++) {
			if (isnan(x[j]))
				x[j] = s->mean[j];
			if (s->scale[j] == 0)
				x[j] = 0;
			else
				x[j] = (x[j] - s->shift[j]) / s->scale[j];
		}
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
	    mem_new(d, sizeof(double)), mem_new(d, sizeof(size_t))};
	enum mtl_status st = MTL_OK;

	*s = (struct standard){d, mem_new(d, sizeof(double)),
	    mem_new(d, sizeof(double)), mem_new(d, sizeof(double)), 0};
	if (sums.v == NULL || sums.max == NULL || sums.seen == NULL ||
	    sums.sum == NULL || sums.cells == NULL || s->mean == NULL ||
	    s->scale == NULL || s->shift == NULL) {
		st = err_nomem(err);
		goto out;
	}
	pair_weights(sums.v, ds);
	column_max(&sums, ds);
	column_mean(s->mean, &sums, ds);
	column_deviation(s->scale, s->mean, &sums, ds);
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
	free(sums.max);
	free(sums.seen);
	free(sums.sum);
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
