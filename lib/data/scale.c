#include "data/scale.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/figures.h"
#include "data/keys.h"

/* Things said once, with a count and the first of them. */
struct finding {
	size_t n;
	size_t feature, group; /* of the first */
};

struct fitting {
	struct scale *s;
	const struct scale_sample *in;
	const struct scale_opts *opts;
	struct mtl_err *err;
	size_t d;
	double *x, *w; /* values of one feature or modality; w may be NULL */
	double *ratio; /* [d] deviation / scale, for blocks */
	bool *covered; /* [d] the group at hand has values of the feature */
	bool *barren;  /* [d] no row has a value of the feature */
	struct finding empty, constant;
};

static void
find(struct finding *f, size_t j, size_t g)
{
	if (f->n++ == 0) {
		f->feature = j;
		f->group = g;
	}
}

/* --- values of a column -------------------------------------------------- */

/* Rows of one group, as indices of the table's rows. */
struct group {
	size_t g;
	const size_t *row;
	size_t n;
};

/*
 * Appends the values of feature j to the n there are, with fill for missing
 * ones (NaN: leaves them out), and returns the new number.
 */
static size_t
gather(struct fitting *f, const struct group *group, size_t j, double fill,
    size_t n)
{
	for (size_t i = 0; i < group->n; i++) {
		size_t r = group->row[i];
		double x = f->in->X[r * f->d + j];

		if (isnan(x) && isnan(fill))
			continue;
		if (f->w != NULL)
			f->w[n] = f->in->weight[r];
		f->x[n++] = isnan(x) ? fill : x;
	}
	return n;
}

/* What a missing cell becomes, or NaN; x[n] are the observed values. */
static double
fill_of(struct fitting *f, size_t n)
{
	switch (f->opts->impute) {
	case IMPUTE_NOT: return (double)NAN;
	case IMPUTE_ZERO: return 0;
	case IMPUTE_MEAN: return figures_standard(f->x, f->w, n).center;
	case IMPUTE_MEDIAN: break;
	}
	figures_sort(f->x, n);
	return figures_robust(f->x, n).center;
}

/* Sorts x for quartiles, after which x and w no longer belong together. */
static struct figures
figures_of(struct fitting *f, size_t n)
{
	switch (f->opts->method) {
	case SCALE_STANDARD: return figures_standard(f->x, f->w, n);
	case SCALE_MINMAX: return figures_minmax(f->x, n);
	case SCALE_NONE: return (struct figures){0, 1, false};
	case SCALE_ROBUST: break;
	}
	figures_sort(f->x, n);
	return figures_robust(f->x, n);
}

/* --- one group ----------------------------------------------------------- */

/*
 * Fill of feature j for the group. Without any value there: that of all rows,
 * and of the feature without any at all, 0.
 */
static void
fit_fill(struct fitting *f, const struct group *group, size_t j)
{
	size_t n = gather(f, group, j, (double)NAN, 0);

	f->covered[j] = n > 0;
	if (group->g == 0)
		f->barren[j] = n == 0;
	if (n == 0 && (group->g == 0 || !f->barren[j]))
		find(&f->empty, j, group->g);
	if (f->s->fill == NULL)
		return;
	f->s->fill[group->g * f->d + j] = n > 0 ? fill_of(f, n)
	    : group->g > 0 ? f->s->fill[j] : 0;
}

/* Center and scale of the values x[n], for feature j or j's modality. */
static void
fit_values(struct fitting *f, const struct group *group, size_t j, size_t n,
    double *center, double *scale)
{
	struct figures is = figures_of(f, n);

	if (is.constant)
		find(&f->constant, j, group->g);
	*center = is.center;
	*scale = is.constant ? 1 : is.spread;
}

static double
fill_at(const struct fitting *f, size_t g, size_t j)
{
	return f->s->fill != NULL ? f->s->fill[g * f->d + j] : (double)NAN;
}

/* Each feature by its own values. */
static void
fit_features(struct fitting *f, const struct group *group)
{
	for (size_t j = 0; j < f->d; j++) {
		size_t at = group->g * f->d + j;
		size_t n;

		if (!f->covered[j]) {
			f->s->center[at] = group->g > 0 ? f->s->center[j] : 0;
			f->s->scale[at] = group->g > 0 ? f->s->scale[j] : 1;
			continue;
		}
		n = gather(f, group, j, fill_at(f, group->g, j), 0);
		fit_values(f, group, j, n, &f->s->center[at],
		    &f->s->scale[at]);
	}
}

/* All features of a modality by their values together. */
static void
fit_modality(struct fitting *f, const struct group *group, size_t m)
{
	double center = 0, scale = 1;
	size_t n = 0, first = SIZE_MAX;

	for (size_t j = f->d; j-- > 0;)
		if (f->in->modality[j] == m && f->covered[j]) {
			n = gather(f, group, j, fill_at(f, group->g, j), n);
			first = j;
		}
	if (n > 0)
		fit_values(f, group, first, n, &center, &scale);
	for (size_t j = 0; j < f->d; j++)
		if (f->in->modality[j] == m) {
			f->s->center[group->g * f->d + j] = center;
			f->s->scale[group->g * f->d + j] = scale;
		}
}

/* Scales of each modality times the root of its total variance so far. */
static void
fit_blocks(struct fitting *f, const struct group *group)
{
	double *scale = f->s->scale + group->g * f->d;

	for (size_t j = 0; j < f->d; j++) {
		size_t n = gather(f, group, j, fill_at(f, group->g, j), 0);
		struct figures is = {0, 0, true};

		if (n > 0)
			is = figures_standard(f->x, f->w, n);
		f->ratio[j] = is.constant ? 0 : is.spread / scale[j];
	}
	for (size_t m = 0; m < f->in->M; m++) {
		size_t n = 0;
		double root;

		for (size_t j = 0; j < f->d; j++)
			if (f->in->modality[j] == m)
				f->x[n++] = f->ratio[j];
		root = figures_norm(f->x, n);
		for (size_t j = 0; j < f->d && root > 0; j++)
			if (f->in->modality[j] == m && f->covered[j])
				scale[j] *= root;
	}
}

static enum mtl_status
check_finite(const struct fitting *f, size_t g)
{
	char name[STR_SHOWN];

	for (size_t j = 0; j < f->d; j++) {
		size_t at = g * f->d + j;

		if (!isfinite(f->s->center[at]) ||
		    !isfinite(f->s->scale[at]) || f->s->scale[at] <= 0 ||
		    (f->s->fill != NULL && !isfinite(f->s->fill[at])))
			return err_set(f->err, MTL_NUMERIC, "column '%s': its "
			    "center or scale is out of a double's range",
			    str_show(name, f->s->feature.name[j]));
	}
	return MTL_OK;
}

static enum mtl_status
fit_group(struct fitting *f, const struct group *group)
{
	for (size_t j = 0; j < f->d; j++)
		fit_fill(f, group, j);
	if (f->opts->by == SCALE_BY_MODALITY)
		for (size_t m = 0; m < f->in->M; m++)
			fit_modality(f, group, m);
	else
		fit_features(f, group);
	if (f->opts->block)
		fit_blocks(f, group);
	return check_finite(f, group->g);
}

/* --- notes --------------------------------------------------------------- */

static const char *
what_spreads(const struct scale_opts *opts)
{
	return opts->method == SCALE_ROBUST
	    ? "with an interquartile range of 0" : "without spread";
}

static void
say_constant(const struct fitting *f, struct notes *notes)
{
	const struct finding *c = &f->constant;
	bool modality = f->opts->by == SCALE_BY_MODALITY, many = c->n > 1;
	char name[STR_SHOWN], task[STR_SHOWN];

	if (c->n == 0)
		return;
	str_show(name, modality
		? f->in->modalities->name[f->in->modality[c->feature]]
		: f->s->feature.name[c->feature]);
	if (c->group > 0)
		notes_add(notes, NOTE, "%zu time%s a feature is %s within its "
		    "task (the first is '%s' in task '%s'): centered, not "
		    "scaled", c->n, many ? "s" : "", what_spreads(f->opts),
		    name, str_show(task, f->s->task.name[c->group - 1]));
	else
		notes_add(notes, NOTE, "%zu %s %s (the first is '%s'): "
		    "centered, not scaled", c->n,
		    modality ? (many ? "modalities" : "modality")
			     : (many ? "features" : "feature"),
		    what_spreads(f->opts), name);
}

/* Of features without any value, and then without any in some task. */
static void
say_empty(const struct fitting *f, struct notes *notes)
{
	const struct finding *e = &f->empty;
	char name[STR_SHOWN], task[STR_SHOWN];

	if (e->n == 0)
		return;
	str_show(name, f->s->feature.name[e->feature]);
	if (e->group == 0)
		notes_add(notes, WARNING, "%zu column%s without any value "
		    "(the first is '%s')", e->n,
		    e->n == 1 ? "" : "s", name);
	else
		notes_add(notes, NOTE, "%zu time%s a feature has no value in "
		    "a task (the first is '%s' in task '%s'): scaled as in "
		    "all rows", e->n, e->n == 1 ? "" : "s", name,
		    str_show(task, f->s->task.name[e->group - 1]));
}

/* --- all groups ---------------------------------------------------------- */

/* Group 0 stands in for others by task, so that only these are worth a note. */
static enum mtl_status
fit_all(struct fitting *f, struct notes *notes)
{
	struct group all = {0, f->in->row, f->in->n};
	enum mtl_status st = fit_group(f, &all);

	if (st != MTL_OK)
		return st;
	say_empty(f, notes);
	if (f->opts->by != SCALE_BY_TASK)
		say_constant(f, notes);
	f->empty.n = f->constant.n = 0;
	return MTL_OK;
}

static enum mtl_status
fit_tasks(struct fitting *f, struct notes *notes)
{
	size_t n = f->in->n, *task = mem_new(n, sizeof *task);
	size_t *row = mem_new(n, sizeof *row);
	struct runs runs = {0};
	enum mtl_status st = MTL_OK;

	if (task == NULL || row == NULL) {
		st = err_nomem(f->err);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		task[i] = f->in->task[f->in->row[i]];
	if (!runs_make(&runs, task, n, RUNS_BY_KEY)) {
		st = err_nomem(f->err);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		row[i] = f->in->row[runs.at[i]];
	for (size_t k = 0; k < runs.n && st == MTL_OK; k++) {
		size_t t = task[runs.at[runs.start[k]]];
		struct group group = {1 + t, row + runs.start[k],
		    runs_size(&runs, k)};

		if (t < f->s->task.n)
			st = fit_group(f, &group);
	}
	if (st == MTL_OK) {
		say_empty(f, notes);
		say_constant(f, notes);
	}
out:
	runs_clear(&runs);
	free(task);
	free(row);
	return st;
}

/* Features that are one sample: 1, or those of the largest modality. */
static bool
widest(size_t *most, const struct fitting *f)
{
	size_t *n;

	*most = 1;
	if (f->opts->by != SCALE_BY_MODALITY)
		return true;
	if ((n = mem_new(f->in->M, sizeof *n)) == NULL)
		return false;
	for (size_t j = 0; j < f->d; j++)
		if (++n[f->in->modality[j]] > *most)
			*most = n[f->in->modality[j]];
	free(n);
	return true;
}

static bool
make_room(struct fitting *f)
{
	struct scale *s = f->s;
	size_t groups = 1 + s->task.n, cells;

	if (!widest(&cells, f) ||
	    __builtin_mul_overflow(cells, f->in->n, &cells))
		return false;
	/* Blocks keep their features' ratios there, too. */
	f->x = mem_new(cells > f->d ? cells : f->d, sizeof *f->x);
	if (f->in->weight != NULL &&
	    (f->w = mem_new(cells, sizeof *f->w)) == NULL)
		return false;
	f->ratio = mem_new(f->d, sizeof *f->ratio);
	f->covered = mem_new(f->d, sizeof *f->covered);
	f->barren = mem_new(f->d, sizeof *f->barren);
	s->center = mat_new(groups, f->d);
	s->scale = mat_new(groups, f->d);
	if (f->opts->impute != IMPUTE_NOT &&
	    (s->fill = mat_new(groups, f->d)) == NULL)
		return false;
	return f->x != NULL && f->ratio != NULL && f->covered != NULL &&
	    f->barren != NULL && s->center != NULL && s->scale != NULL;
}

enum mtl_status
scale_fit(struct scale *s, const struct scale_sample *sample,
    const struct scale_opts *opts, struct notes *notes, struct mtl_err *err)
{
	struct fitting f = {.s = s, .in = sample, .opts = opts, .err = err,
	    .d = s->feature.n};
	enum mtl_status st = MTL_OK;

	if (sample->n == 1)
		notes_add(notes, WARNING, "fitted on one row");
	if (!make_room(&f))
		st = err_nomem(err);
	if (st == MTL_OK)
		st = fit_all(&f, notes);
	if (st == MTL_OK && opts->by == SCALE_BY_TASK)
		st = fit_tasks(&f, notes);
	free(f.x);
	free(f.w);
	free(f.ratio);
	free(f.covered);
	free(f.barren);
	return st;
}

size_t
scale_group(const struct scale *s, size_t t)
{
	return t < s->task.n ? 1 + t : 0;
}

double
scale_apply(const struct scale *s, size_t g, size_t j, double x)
{
	size_t at = g * s->feature.n + j;
	double c = s->center[at], z;

	if (isnan(x) && s->fill == NULL)
		return x;
	if (isnan(x))
		x = s->fill[at];
	z = (x - c) / s->scale[at];
	/* Of opposite signs near the end of the range x - c is beyond it. */
	if (!isfinite(z))
		z = (0.25 * x - 0.25 * c) / (0.25 * s->scale[at]);
	return z;
}

void
scale_clear(struct scale *s)
{
	names_clear(&s->feature);
	names_clear(&s->task);
	free(s->center);
	free(s->scale);
	free(s->fill);
	onehot_clear(&s->onehot);
	*s = (struct scale){0};
}
