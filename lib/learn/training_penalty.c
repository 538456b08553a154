#include "learn/training.h"

#include <math.h>

#include "learn/component.h"

/* --cost C: the l2 term's lambda is 1/(C n), or 1/C under none. */
static enum mtl_status
cost_lambda(struct training *tr)
{
	struct penalty *pen = &tr->fit->penalty;
	const struct train_opts *o = tr->opts;

	if (o->lambda != NULL)
		return err_set(tr->err, MTL_USAGE,
		    "--cost and --lambda say the same: give one");
	if (o->normalize == NORMALIZE_TASKS)
		return err_set(tr->err, MTL_USAGE,
		    "--cost has no meaning under --normalize tasks");
	if (penalty_term(pen, 1) != NULL || penalty_open(pen) != 1 ||
	    penalty_term(pen, 0)->kind != &term_l2)
		return err_set(tr->err, MTL_USAGE,
		    "--cost goes with a penalty of one open l2 term");
	penalty_term(pen, 0)->lambda = 1 / o->cost;
	if (o->normalize == NORMALIZE_ROWS)
		penalty_term(pen, 0)->lambda /= tr->fit->n;
	return MTL_OK;
}

/* The first l2, of a shared column that counts T times, weighs 1/T. */
static void
weigh_by_tasks(struct penalty *p, size_t T)
{
	struct term *t;

	for (size_t k = 0; (t = penalty_term(p, k)) != NULL; k++)
		if (t->kind == &term_l2) {
			t->weight = 1 / (double)T;
			return;
		}
}

const struct method *
train_method(const struct train_opts *o, size_t T)
{
	if (o->method != NULL)
		return o->method;
	return method_find(str_of(T > 1 && o->penalty == NULL && o->cost == 0 ?
		"mean" :
		"ridge"));
}

const char *
train_name(const struct train_opts *o, size_t T)
{
	return o->penalty != NULL && o->method == NULL ? "penalty" :
							  train_method(o,
	    T)->name;
}

enum mtl_status
training_settle(struct training *tr)
{
	struct fit *fit = tr->fit;
	const struct train_opts *o = tr->opts;
	const struct term *t;
	enum mtl_status st;

	fit->method = train_method(o, tr->ds->T);
	st = penalty_parse(&fit->penalty, o->penalty != NULL ? o->penalty :
							fit->method->penalty,
	    tr->err);
	if (st != MTL_OK)
		return st;
	if (o->penalty == NULL && fit->method->by_tasks)
		weigh_by_tasks(&fit->penalty, tr->ds->T);
	for (size_t k = 0; (t = penalty_term(&fit->penalty, k)) != NULL; k++)
		if (fit->method->sharing != SHARE_PENALTY && t->kind->couples)
			return err_set(tr->err, MTL_USAGE, "method %s leaves "
			    "nothing to tie: the term %s does not go with it",
			    fit->method->name, t->kind->name);
	if ((st = shaping_check(&o->shaping, &fit->penalty, tr->err)) !=
	    MTL_OK)
		return st;
	if (o->cost > 0)
		return cost_lambda(tr);
	return penalty_fill(&fit->penalty, o->lambda, tr->err);
}

/* Penalised intercepts take the l2 term's lambda and no other. */
enum mtl_status
training_intercept(struct training *tr)
{
	struct penalty *pen = &tr->fit->penalty;
	const struct term *t;

	tr->p.intercept = tr->opts->intercept;
	if (tr->opts->intercept != INTERCEPT_PENALIZED)
		return MTL_OK;
	for (size_t k = 0; (t = penalty_term(pen, k)) != NULL; k++)
		if (t->kind != &term_l2 || k > 0)
			return err_set(tr->err, MTL_USAGE,
			    "--penalize-intercept goes with a single l2 term, "
			    "not with %s", t->kind->name);
	return MTL_OK;
}

enum mtl_status
training_open(struct penalty *penalty, bool *own, const struct dataset *ds,
    const struct train_opts *opts, struct mtl_err *err)
{
	struct fit fit = {.n = 1};
	struct dataset part = *ds;
	struct training tr = {.fit = &fit, .ds = &part, .whole = ds,
	    .opts = opts, .err = err};
	enum mtl_status st = training_settle(&tr);

	*penalty = fit.penalty;
	*own = st == MTL_OK && fit.method->own && ds->T > 1 &&
	    penalty_open(penalty) > 0;
	return st;
}

void
training_penalty(struct training *tr, const struct penalty *penalty)
{
	if (penalty != &tr->fit->penalty)
		tr->fit->penalty = *penalty;
	tr->p.intercept = tr->opts->intercept;
	if (tr->p.intercept != INTERCEPT_PENALIZED)
		return;
	tr->p.intercept_l2 = component_ridge(&penalty->component[0]);
	if (tr->p.intercept_l2 == 0)
		tr->p.intercept = INTERCEPT_FREE;
}
