/*
 * What the tools that fit share: the options of a fit, the table that it is
 * made from, and threads.
 */
#ifndef MTL_CLI_FIT_OPTIONS_H
#define MTL_CLI_FIT_OPTIONS_H

#include "common.h"
#include "data/dataset.h"
#include "learn/train.h"

/* Codes of the options below; a tool's own start at FIT_OWN. */
enum {
	FIT_LAMBDA = CLI_OWN,
	FIT_GRAPH,
	FIT_CLUSTERS,
	FIT_ETA,
	FIT_TASK_ORDER,
	FIT_MODALITY_WEIGHT,
	FIT_BLOCK_SCALE,
	FIT_GROUP,
	FIT_PATH,
	FIT_RATIO,
	FIT_GRID,
	FIT_RULE,
	FIT_METRIC,
	FIT_COST,
	FIT_SHARE,
	FIT_LOSS,
	FIT_DELTA,
	FIT_SCALE_TARGET,
	FIT_MULTICLASS,
	FIT_NORMALIZE,
	FIT_BALANCE,
	FIT_NO_STANDARDIZE,
	FIT_NO_INTERCEPT,
	FIT_PENALIZE_INTERCEPT,
	FIT_MISSING,
	FIT_MAX_ITER,
	FIT_LIST,
	FIT_OWN = 768,
};

/* All but --method, which is one or several. */
#define FIT_OPTIONS                                                          \
	{"penalty", 'p', "TERMS",                                            \
	    "its penalty: NAME[*WEIGHT][:LAMBDA],..."},                      \
	{"lambda", FIT_LAMBDA, "V[,V...]",                                   \
	    "values of the open terms; 0.1x: a share of lambda_max"},        \
	{"graph", FIT_GRAPH, "FILE", "edges a,b,weight of the term graph"},  \
	{"clusters", FIT_CLUSTERS, "K", "of the term cluster (2)"},          \
	{"eta", FIT_ETA, "E", "of the term cluster (1)"},                    \
	{"task-order", FIT_TASK_ORDER, "A,B,...",                            \
	    "the order of the tasks, for chain and fused"},                  \
	{"modality-weight", FIT_MODALITY_WEIGHT, "NAME=V,...",               \
	    "penalise these modalities V times"},                            \
	{"folds", 'k', "K", "open lambdas: by K-fold cross-validation (5)"}, \
	{"group", FIT_GROUP, "COL", "rows of one value stay in one fold"},   \
	{"path", FIT_PATH, "N", "lambdas tried on a path (50)"},             \
	{"ratio", FIT_RATIO, "R", "the path's last to first (1e-3; 1e-6)"},  \
	{"grid", FIT_GRID, "N", "values a term where there is a grid (12)"}, \
	{"metric", FIT_METRIC, "NAME",                                       \
	    "what the rows held out are scored by (deviance)"},              \
	{"rule", FIT_RULE, "RULE", "min or 1se (min)"},                      \
	{"cost", FIT_COST, "C", "LIBLINEAR's way to say lambda: 1/(C n)"},   \
	{"share", FIT_SHARE, "S",                                            \
	    "of the other tasks' losses, 0 to 1 (0.5)"},                     \
	{"loss", FIT_LOSS, "LOSS",                                           \
	    "squared, huber, poisson, logistic, softmax, hinge2; "           \
	    "A=LOSS,..."},                                                   \
	{"delta", FIT_DELTA, "D", "where huber turns linear (by the data)"}, \
	{"scale-target", FIT_SCALE_TARGET, NULL,                             \
	    "fit numbers in units of their task's deviation"},               \
	{"multiclass", FIT_MULTICLASS, "HOW", "softmax or ovr (softmax)"},   \
	{"normalize", FIT_NORMALIZE, "BY", "rows, tasks or none (rows)"},    \
	{"balance", FIT_BALANCE, NULL, "weigh a task's classes equally"},    \
	{"no-standardize", FIT_NO_STANDARDIZE, NULL,                         \
	    "penalise the weights of raw features"},                         \
	{"block-scale", FIT_BLOCK_SCALE, NULL,                               \
	    "bring each modality to the total variance 1"},                  \
	{"no-intercept", FIT_NO_INTERCEPT, NULL, "fit without intercepts"},  \
	{"penalize-intercept", FIT_PENALIZE_INTERCEPT, NULL,                 \
	    "the l2 term holds for intercepts too"},                         \
	{"missing", FIT_MISSING, "HOW",                                      \
	    "missing features: mean fills, error refuses (mean)"},           \
	{"tol", 'e', "TOL", "bound of the certificate (1e-6)"},              \
	{"max-iter", FIT_MAX_ITER, "N", "iterations at most (100000)"},      \
	{"list", FIT_LIST, NULL, "list methods and penalty terms, and exit"}

struct fit_options {
	struct train_opts train;
	struct dataset_opts data;
	const char *graph_file; /* NULL: none */
	struct graph graph;     /* read by fit_read; train.shaping has it */
	bool share, folds; /* --share, --folds were given */
	struct cv_metric metric; /* --metric, unless deviance */
	bool list;
};

/* The defaults. */
void fit_options_init(struct fit_options *o);

/* Takes an option if it is one of those above. */
bool fit_options_take(struct fit_options *o, struct cli *cli, int code,
    const char *value);

/* The method of that name (--method); status 2 if there is none. */
const struct method *fit_method(const struct cli *cli, struct str name);

/* Once all options are read: seed, progress, threads for BLAS. */
void fit_options_end(struct fit_options *o, struct cli *cli);

/* --list: methods and terms, to the output. Returns 0. */
int fit_list(const struct cli *cli);

/* Rows to dataset, and the graph; dies if it cannot. */
void fit_read(struct dataset *ds, struct cli *cli, struct fit_options *o,
    struct notes *notes);

/* Frees the graph. */
void fit_options_clear(struct fit_options *o);

#endif
