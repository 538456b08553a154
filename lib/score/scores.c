#include "score/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "score/slices.h"

enum cause {
	DEFINED,
	BY_DEFINITION, /* the metric's own reason */
	TOO_LARGE,
	NO_SCORES,    /* a task without probabilities */
	MIXED_SCORES, /* some tasks have p, others only z */
	CAUSES,
};

/* The rows being scored, and room for what metrics want to see of them. */
struct work {
	const struct pairs *p;
	size_t n;
	const struct pair **pair; /* [n] */
	double *w;                /* [n] weights */
	double *a, *b;            /* [n] y and yhat; or losses; or top p */
	bool *right;              /* [n] */
	struct metric_ranked *ranked; /* [n] */
	size_t labels, most;      /* of all tasks together; of one at most */
	size_t *label;            /* [labels] */
	size_t *place;            /* [p->label.n] of each in label */
	size_t *mark, round;      /* [p->label.n] taken in this round? */
	double *counts;           /* [3][labels] */
	bool probs, z;            /* all tasks have them */
};

/* Undefined scores of one metric and cause. */
struct undefined {
	size_t tasks, pooled;
	size_t first; /* task */
};

static void
work_clear(struct work *k)
{
	free(k->pair);
	free(k->w);
	free(k->a);
	free(k->b);
	free(k->right);
	free(k->ranked);
	free(k->label);
	free(k->place);
	free(k->mark);
	free(k->counts);
}

static enum mtl_status
work_init(struct work *k, const struct pairs *p, struct mtl_err *err)
{
	size_t n = p->n, K = p->label.n;

	*k = (struct work){.p = p};
	k->pair = mem_new(n, sizeof(*k->pair));
	k->w = mem_new(n, sizeof(double));
	k->a = mem_new(n, sizeof(double));
	k->b = mem_new(n, sizeof(double));
	k->right = mem_new(n, sizeof(bool));
	k->ranked = mem_new(n, sizeof(*k->ranked));
	k->label = mem_new(K, sizeof(size_t));
	k->place = mem_new(K, sizeof(size_t));
	k->mark = mem_new(K, sizeof(size_t));
	k->counts = K > SIZE_MAX / 3 ? NULL : mem_new(3 * K, sizeof(double));
	if (k->pair == NULL || k->w == NULL || k->a == NULL || k->b == NULL ||
	    k->right == NULL || k->ranked == NULL || k->label == NULL ||
	    k->place == NULL || k->mark == NULL || k->counts == NULL) {
		work_clear(k);
		return err_nomem(err);
	}
	return MTL_OK;
}

/* Is the metric for this task? */
static bool
suits(const struct pairs *p, const struct pairs_task *task,
    enum metric_needs needs)
{
	if (needs == METRIC_NUMBERS)
		return p->numbers == 0 || !task->classes;
	return p->classes == 0 || task->classes;
}

/* And has the task what the metric needs? */
static bool
serves(const struct pairs_task *task, enum metric_needs needs)
{
	if (needs == METRIC_PROBABILITIES)
		return task->probs;
	if (needs == METRIC_SCORES)
		return task->probs || task->z;
	return true;
}

static void
add_slice(struct work *k, const struct slice *s)
{
	const struct pairs_task *task = &k->p->task[s->task];

	for (size_t i = 0; i < s->n; i++) {
		k->pair[k->n] = &k->p->pair[s->begin + i];
		k->w[k->n] = k->pair[k->n]->weight;
		k->n++;
	}
	for (size_t l = 0; l < task->labels; l++) {
		size_t label = task->label[l];

		if (k->mark[label] == k->round)
			continue;
		k->mark[label] = k->round;
		k->place[label] = k->labels;
		k->label[k->labels++] = label;
	}
	if (task->labels > k->most)
		k->most = task->labels;
	k->probs = k->probs && task->probs;
	k->z = k->z && task->z;
}

/* Takes the rows of those slices that serve; false if there are none. */
static bool
gather(struct work *k, const struct slice *s, size_t slices,
    enum metric_needs needs)
{
	k->n = k->labels = k->most = 0;
	k->round++;
	k->probs = k->z = true;
	for (size_t i = 0; i < slices; i++) {
		const struct pairs_task *task = &k->p->task[s[i].task];

		if (suits(k->p, task, needs) && serves(task, needs))
			add_slice(k, &s[i]);
	}
	return k->n > 0;
}

static double
score_numbers(struct work *k, enum metric m)
{
	for (size_t i = 0; i < k->n; i++) {
		k->a[i] = k->pair[i]->y;
		k->b[i] = k->pair[i]->yhat;
	}
	return metric_numbers(m, k->a, k->b, k->w, k->n);
}

static double
score_labels(struct work *k, enum metric m)
{
	size_t K = k->labels;
	struct metric_counts c = {.K = K, .truth = k->counts,
	    .said = k->counts + K, .hit = k->counts + 2 * K};

	memset(k->counts, 0, 3 * K * sizeof(double));
	for (size_t i = 0; i < k->n; i++) {
		const struct pair *pair = k->pair[i];

		c.total += pair->weight;
		c.truth[k->place[pair->truth]] += pair->weight;
		c.said[k->place[pair->said]] += pair->weight;
		if (pair->truth == pair->said)
			c.hit[k->place[pair->truth]] += pair->weight;
	}
	return metric_labels(m, &c);
}

/* Squared error of the second of two labels; of all, where there are more. */
static double
brier(const struct pairs *p, const struct pair *pair)
{
	const struct pairs_task *task = &p->task[pair->task];
	double sum = 0;

	for (size_t l = task->labels == 2; l < task->labels; l++) {
		double e = pairs_prob(p, pair, task->label[l]) -
		    (pair->truth == task->label[l] ? 1 : 0);

		sum += e * e;
	}
	return sum;
}

/* The largest probability, and whether its label is the true one. */
static double
top_prob(const struct pairs *p, const struct pair *pair, bool *right)
{
	const struct pairs_task *task = &p->task[pair->task];
	double top = -1;

	for (size_t l = 0; l < task->labels; l++) {
		double x = pairs_prob(p, pair, task->label[l]);

		if (x > top) {
			top = x;
			*right = pair->truth == task->label[l];
		}
	}
	return top;
}

static double
score_probs(struct work *k, enum metric m)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct pair *pair = k->pair[i];

		if (m == METRIC_LOG_LOSS)
			k->a[i] = metric_log_loss(
			    pairs_prob(k->p, pair, pair->truth));
		else if (m == METRIC_BRIER)
			k->a[i] = brier(k->p, pair);
		else
			k->a[i] = top_prob(k->p, pair, &k->right[i]);
	}
	if (m == METRIC_ECE)
		return metric_ece(k->a, k->right, k->w, k->n);
	return metric_mean(k->a, k->w, k->n);
}

static double
score_ranked(struct work *k, enum metric m)
{
	return m == METRIC_AUC ? metric_auc(k->ranked, k->n) :
				 metric_average_precision(k->ranked, k->n);
}

/* Each row's own second label against its first. */
static double
score_two(struct work *k, enum metric m)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct pair *pair = k->pair[i];
		const struct pairs_task *task = &k->p->task[pair->task];
		size_t second = task->label[task->labels - 1];

		k->ranked[i].weight = pair->weight;
		k->ranked[i].positive =
		    task->labels == 2 && pair->truth == second;
		k->ranked[i].score = k->probs ?
		    pairs_prob(k->p, pair, second) : pairs_z(k->p, pair);
	}
	return score_ranked(k, m);
}

/* Each label against the rest; the mean of those for which it is defined. */
static double
score_rest(struct work *k, enum metric m)
{
	double sum = 0, x;
	size_t defined = 0;

	for (size_t l = 0; l < k->labels; l++) {
		for (size_t i = 0; i < k->n; i++) {
			const struct pair *pair = k->pair[i];

			k->ranked[i].weight = pair->weight;
			k->ranked[i].positive = pair->truth == k->label[l];
			k->ranked[i].score =
			    pairs_prob(k->p, pair, k->label[l]);
		}
		x = score_ranked(k, m);
		if (isnan(x))
			continue;
		sum += x;
		defined++;
	}
	return defined > 0 ? sum / (double)defined : NAN;
}

/* The metric of the rows gathered; NaN and a cause if undefined. */
static enum cause
score(double *value, struct work *k, enum metric m)
{
	switch (metric_info(m)->needs) {
	case METRIC_NUMBERS: *value = score_numbers(k, m); break;
	case METRIC_LABELS: *value = score_labels(k, m); break;
	case METRIC_PROBABILITIES: *value = score_probs(k, m); break;
	case METRIC_SCORES:
		if (!k->probs && !k->z) {
			*value = NAN;
			return MIXED_SCORES;
		}
		*value = k->most <= 2 ? score_two(k, m) : score_rest(k, m);
		break;
	}
	if (isfinite(*value))
		return DEFINED;
	if (isnan(*value))
		return BY_DEFINITION;
	*value = NAN;
	return TOO_LARGE;
}

static const char *
reason(enum metric m, enum cause cause)
{
	switch (cause) {
	case TOO_LARGE: return "too large for a number";
	case NO_SCORES: return "no probabilities (mtl-predict --proba)";
	case MIXED_SCORES: return "some tasks have p:, others only z";
	default: return metric_info(m)->undefined;
	}
}

size_t
scores_tasks(const struct pairs *p)
{
	return p->numbers + p->classes;
}

/* Refuses a task that cannot be read as the metric needs it. */
static enum mtl_status
check_task(const struct pairs *p, const struct pairs_task *task,
    enum metric m, struct mtl_err *err)
{
	const struct metric_info *info = metric_info(m);
	const struct pairs_target *t = &p->target[task->target];
	char shown[STR_SHOWN];

	if (info->needs == METRIC_NUMBERS && task->not_number != NULL)
		return err_set(err, MTL_INPUT, "%s, and %s needs numbers",
		    task->not_number, info->name);
	if (info->needs != METRIC_NUMBERS && t->many)
		return err_set(err, MTL_INPUT,
		    "%s needs labels, and target '%s' has more than %d "
		    "different numbers", info->name, str_show(shown, t->name),
		    PAIRS_LABELS_MAX);
	return MTL_OK;
}

static enum mtl_status
check_metric(const struct pairs *p, enum metric m, struct mtl_err *err)
{
	const struct metric_info *info = metric_info(m);
	bool served = false;

	for (size_t t = 0; t < p->T; t++) {
		const struct pairs_task *task = &p->task[t];

		if (task->n == 0 || !suits(p, task, info->needs))
			continue;
		if (check_task(p, task, m, err) != MTL_OK)
			return MTL_INPUT;
		served = served || serves(task, info->needs);
	}
	if (served)
		return MTL_OK;
	if (info->needs == METRIC_SCORES)
		return err_set(err, MTL_INPUT,
		    "%s needs columns p:CLASS, or z of two classes "
		    "(mtl-predict --proba, or --decision)", info->name);
	return err_set(err, MTL_INPUT,
	    "%s needs columns p:CLASS (mtl-predict --proba)", info->name);
}

/* Everything that can be wrong with this choice of metrics for these pairs. */
static enum mtl_status
check(const struct pairs *p, const enum metric *metric, size_t metrics,
    struct notes *notes, struct mtl_err *err)
{
	bool numbers = false, labels = false, probs = false;
	size_t alone = 0;

	for (size_t i = 0; i < metrics; i++) {
		enum metric_needs needs = metric_info(metric[i])->needs;

		numbers = numbers || needs == METRIC_NUMBERS;
		labels = labels || needs != METRIC_NUMBERS;
		probs = probs || needs == METRIC_PROBABILITIES ||
		    needs == METRIC_SCORES;
		if (check_metric(p, metric[i], err) != MTL_OK)
			return MTL_INPUT;
	}
	if (probs && pairs_check_probs(p, notes, err) != MTL_OK)
		return MTL_INPUT;
	if (labels)
		pairs_warn_unseen(p, p->classes == 0, notes);
	if (!labels && p->numbers > 0)
		alone = p->classes;
	if (!numbers && p->classes > 0)
		alone = p->numbers;
	if (alone > 0)
		notes_add(notes, NOTE, "%zu task%s of %s left out: "
		    "none of the metrics is for %s", alone,
		    alone == 1 ? "" : "s", labels ? "numbers" : "classes",
		    alone == 1 ? "it" : "them");
	return MTL_OK;
}

static bool
has_needs(const struct pairs *p, enum metric_needs needs)
{
	for (size_t t = 0; t < p->T; t++)
		if (p->task[t].n > 0 && suits(p, &p->task[t], needs) &&
		    serves(&p->task[t], needs))
			return true;
	return false;
}

size_t
scores_default(enum metric *metric, const struct pairs *p)
{
	size_t n = 0, most = 0;

	if (p->numbers > 0) {
		metric[n++] = METRIC_RMSE;
		metric[n++] = METRIC_MAE;
		metric[n++] = METRIC_R2;
	}
	if (p->classes == 0)
		return n;
	metric[n++] = METRIC_ACCURACY;
	metric[n++] = METRIC_BALANCED_ACCURACY;
	metric[n++] = METRIC_F1_MACRO;
	if (has_needs(p, METRIC_PROBABILITIES))
		metric[n++] = METRIC_LOG_LOSS;
	for (size_t t = 0; t < p->T; t++)
		if (p->task[t].classes && p->task[t].labels > most)
			most = p->task[t].labels;
	if (most <= 2 && has_needs(p, METRIC_SCORES))
		metric[n++] = METRIC_AUC;
	return n;
}

static enum mtl_status
add_score(struct scores *s, struct score score, struct mtl_err *err)
{
	if (!mem_grow((void *)&s->score, &s->cap, s->n + 1, sizeof(score)))
		return err_nomem(err);
	s->score[s->n++] = score;
	return MTL_OK;
}

static void
count_undefined(struct undefined *u, const struct score *score)
{
	if (score->task == SCORE_ALL)
		u->pooled++;
	else if (u->tasks++ == 0)
		u->first = score->task;
}

/* What the making of one table of scores carries around. */
struct maker {
	struct scores *s;
	const struct pairs *p;
	struct work k;
	const enum metric *metric;
	size_t metrics;
	struct undefined undefined[METRICS][CAUSES];
	struct mtl_err *err;
};

/* Scores of some slices together: one task's, or a group's pooled. */
static enum mtl_status
score_slices(struct maker *mk, const struct slice *s, size_t slices,
    size_t task)
{
	enum mtl_status st = MTL_OK;

	for (size_t i = 0; i < mk->metrics && st == MTL_OK; i++) {
		enum metric m = mk->metric[i];
		enum metric_needs needs = metric_info(m)->needs;
		struct score x = {s->group, task, m, 0, NAN};
		enum cause cause = NO_SCORES;
		bool any = false;

		for (size_t j = 0; j < slices; j++)
			any = any ||
			    suits(mk->p, &mk->p->task[s[j].task], needs);
		if (!any)
			continue;
		if (gather(&mk->k, s, slices, needs))
			cause = score(&x.value, &mk->k, m);
		x.n = mk->k.n;
		if (cause != DEFINED)
			count_undefined(&mk->undefined[m][cause], &x);
		st = add_score(mk->s, x, mk->err);
	}
	return st;
}

/* Mean over the scores from `first` on that are tasks' and defined. */
static enum mtl_status
score_means(struct maker *mk, size_t first, size_t group)
{
	size_t last = mk->s->n;

	for (size_t i = 0; i < mk->metrics; i++) {
		struct score x = {group, SCORE_MEAN, mk->metric[i], 0, 0};
		size_t tasks = 0, seen = 0;

		for (size_t j = first; j < last; j++) {
			const struct score *y = &mk->s->score[j];

			if (y->metric != x.metric || y->task == SCORE_ALL)
				continue;
			seen++;
			if (isnan(y->value))
				continue;
			x.value += y->value;
			x.n += y->n;
			tasks++;
		}
		x.value = tasks > 0 ? x.value / (double)tasks : NAN;
		if (!isfinite(x.value))
			x.value = NAN;
		if (seen > 0 && add_score(mk->s, x, mk->err) != MTL_OK)
			return MTL_NOMEM;
	}
	return MTL_OK;
}

static enum mtl_status
score_group(struct maker *mk, const struct slice *s, size_t slices)
{
	size_t first = mk->s->n;
	bool several = scores_tasks(mk->p) > 1;
	enum mtl_status st = MTL_OK;

	for (size_t i = 0; i < slices && several && st == MTL_OK; i++)
		st = score_slices(mk, &s[i], 1, s[i].task);
	if (st == MTL_OK)
		st = score_slices(mk, s, slices, SCORE_ALL);
	if (st == MTL_OK && several)
		st = score_means(mk, first, s->group);
	return st;
}

static void
warn_undefined(const struct pairs *p, enum metric m, enum cause cause,
    const struct undefined *u, struct notes *notes)
{
	const char *name = metric_info(m)->name;
	char shown[STR_SHOWN];

	if (u->tasks > 0)
		notes_add(notes, WARNING,
		    "%s undefined for %zu task%s%s (the first: '%s'): %s",
		    name, u->tasks, u->tasks == 1 ? "" : "s",
		    u->pooled > 0 ? " and (all)" : "",
		    str_show(shown, p->task[u->first].name),
		    reason(m, cause));
	else if (u->pooled > 0)
		notes_add(notes, WARNING, "%s undefined: %s", name,
		    reason(m, cause));
}

enum mtl_status
scores_make(struct scores *s, const struct pairs *p,
    const enum metric *metric, size_t metrics, struct notes *notes,
    struct mtl_err *err)
{
	struct maker mk = {.s = s, .p = p, .metric = metric,
	    .metrics = metrics, .err = err};
	struct slices slices = {0};
	enum mtl_status st;

	*s = (struct scores){0};
	if ((st = check(p, metric, metrics, notes, err)) != MTL_OK ||
	    (st = work_init(&mk.k, p, err)) != MTL_OK)
		return st;
	if (!slices_make(&slices, p))
		st = err_nomem(err);
	for (size_t i = 0, end; i < slices.n && st == MTL_OK; i = end) {
		end = slices_group_end(&slices, i);
		st = score_group(&mk, &slices.slice[i], end - i);
	}
	for (size_t i = 0; i < metrics && st == MTL_OK; i++)
		for (int c = BY_DEFINITION; c < CAUSES; c++)
			warn_undefined(p, metric[i], (enum cause)c,
			    &mk.undefined[metric[i]][c], notes);
	slices_clear(&slices);
	work_clear(&mk.k);
	if (st != MTL_OK)
		scores_clear(s);
	return st;
}

enum mtl_status
scores_one(double *value, const struct pairs *p, enum metric metric,
    struct notes *notes, struct mtl_err *err)
{
	enum cause cause = NO_SCORES;
	struct slices slices = {0};
	struct work k;
	enum mtl_status st;

	if ((st = check(p, &metric, 1, notes, err)) != MTL_OK ||
	    (st = work_init(&k, p, err)) != MTL_OK)
		return st;
	if (!slices_make(&slices, p))
		st = err_nomem(err);
	else if (gather(&k, slices.slice, slices.n,
		     metric_info(metric)->needs))
		cause = score(value, &k, metric);
	if (st == MTL_OK && cause != DEFINED)
		st = err_set(err, MTL_NUMERIC, "%s undefined: %s",
		    metric_info(metric)->name, reason(metric, cause));
	slices_clear(&slices);
	work_clear(&k);
	return st;
}

void
scores_clear(struct scores *s)
{
	free(s->score);
	*s = (struct scores){0};
}

static int
by_places(const void *pa, const void *pb)
{
	const struct confusion_cell *a = pa, *b = pb;

	if (a->order[0] != b->order[0])
		return a->order[0] < b->order[0] ? -1 : 1;
	return (a->order[1] > b->order[1]) - (a->order[1] < b->order[1]);
}

/* Adds up the cells from `first` on that are of the same labels. */
static void
merge_cells(struct confusion *c, size_t first)
{
	size_t kept = first;

	qsort(c->cell + first, c->n - first, sizeof(*c->cell), by_places);
	for (size_t i = first + 1; i < c->n; i++)
		if (by_places(&c->cell[kept], &c->cell[i]) == 0)
			c->cell[kept].n += c->cell[i].n;
		else
			c->cell[++kept] = c->cell[i];
	c->n = kept + 1;
}

/* The matrix of some slices together, its labels in their sorted order. */
static enum mtl_status
confuse(struct confusion *c, struct work *k, const struct slice *s,
    size_t slices, size_t task, struct mtl_err *err)
{
	size_t first = c->n;

	if (!gather(k, s, slices, METRIC_LABELS))
		return MTL_OK;
	if (!labels_sort(k->label, k->labels, &k->p->label) ||
	    !mem_grow((void *)&c->cell, &c->cap, c->n + k->n,
		sizeof(*c->cell)))
		return err_nomem(err);
	for (size_t l = 0; l < k->labels; l++)
		k->place[k->label[l]] = l;
	for (size_t i = 0; i < k->n; i++) {
		const struct pair *pair = k->pair[i];

		c->cell[c->n++] = (struct confusion_cell){s->group, task,
		    pair->truth, pair->said, pair->weight,
		    {k->place[pair->truth], k->place[pair->said]}};
	}
	merge_cells(c, first);
	return MTL_OK;
}

enum mtl_status
confusion_make(struct confusion *c, const struct pairs *p,
    struct notes *notes, struct mtl_err *err)
{
	enum metric m = METRIC_ACCURACY;
	bool several = scores_tasks(p) > 1;
	struct slices slices = {0};
	struct work k;
	enum mtl_status st;

	*c = (struct confusion){0};
	if ((st = check(p, &m, 1, notes, err)) != MTL_OK ||
	    (st = work_init(&k, p, err)) != MTL_OK)
		return st;
	if (!slices_make(&slices, p))
		st = err_nomem(err);
	for (size_t i = 0, end; i < slices.n && st == MTL_OK; i = end) {
		const struct slice *s = &slices.slice[i];

		end = slices_group_end(&slices, i);
		for (size_t j = 0; j < end - i && several && st == MTL_OK; j++)
			st = confuse(c, &k, &s[j], 1, s[j].task, err);
		if (st == MTL_OK)
			st = confuse(c, &k, s, end - i, SCORE_ALL, err);
	}
	slices_clear(&slices);
	work_clear(&k);
	if (st != MTL_OK)
		confusion_clear(c);
	return st;
}

void
confusion_clear(struct confusion *c)
{
	free(c->cell);
	*c = (struct confusion){0};
}
