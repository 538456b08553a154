/*
 * Settings of a fit in, and the fit: what a method, a dataset and its lambdas
 * come to.
 */
#ifndef MTL_LEARN_FIT_H
#define MTL_LEARN_FIT_H

#include <stdint.h>

#include "base/err.h"
#include "base/notes.h"
#include "data/dataset.h"
#include "data/standardize.h"
#include "learn/labels.h"
#include "learn/loss.h"
#include "learn/method.h"
#include "learn/penalty.h"
#include "learn/problem.h"
#include "learn/shaping.h"
#include "learn/solve.h"
#include "learn/ties.h"

struct cv_metric;

/* How open lambdas are chosen. */
enum rule { RULE_MIN, RULE_1SE };

struct cv_opts {
	size_t folds;
	size_t path;  /* points of a path */
	size_t grid;  /* values a term of a grid */
	double ratio; /* of the last lambda to the first; 0: the default */
	enum rule rule;
	uint32_t seed;
	const struct cv_metric *metric; /* NULL: deviance */
};

/*
 * How the tasks' losses are weighed: s_t = 1/n, 1/(T n_t) or 1, n_t the total
 * weight of a task's pairs and n that of all.
 */
enum normalize { NORMALIZE_ROWS, NORMALIZE_TASKS, NORMALIZE_NONE };

struct cv_choice;
struct fit;

/* Weights to start from, known by the names of features, tasks and classes. */
struct train_start {
	const void *model;
	size_t parts; /* components that it has; 0: their sum alone */
	/*
	 * W (d x C, 0) = the raw weights of a component, or of the sum (part
	 * SIZE_MAX), for the blocks of a fit; 0 stays where it has none.
	 */
	enum mtl_status (*weights)(double *W, size_t part, const void *model,
	    const struct fit *fit, const struct dataset *ds,
	    struct mtl_err *err);
};

struct train_opts {
	const struct method *method; /* NULL: mean for several tasks, ridge */
	const char *penalty; /* -p, or NULL: the method's */
	const char *lambda;  /* "V,V", or NULL */
	struct shaping shaping; /* what some terms take */
	double cost;         /* --cost C, or 0 */
	double share;        /* of method shared, 0 .. 1 */
	const char *loss;    /* --loss: "squared", "a=squared,b=softmax"; NULL */
	bool ovr;            /* one-vs-rest instead of softmax */
	enum normalize normalize;
	bool balance;
	double delta;        /* huber's for all tasks; 0: from their targets */
	bool scale_target;   /* numbers in units of their task's deviation */
	bool standardize;
	bool block_scale;    /* then each modality to unit total variance */
	enum intercept intercept;
	struct solve_opts solve;
	struct cv_opts cv;   /* for open lambdas, unless there is */
	const struct cv_choice *choice; /* what a table chose; or NULL */
	const struct train_start *start; /* of the last fit; or NULL */
};

/* The columns of a task, or of all tasks when pooled. */
struct fit_block {
	enum loss loss;
	struct labels labels; /* K = 0 for numbers; bytes are the dataset's */
	size_t col, cols;
};

struct fit {
	const struct method *method;
	struct penalty penalty; /* filled */
	bool pooled;
	size_t d, B, C;
	struct fit_block *block; /* [B] one a task, or a single one */
	double *W;               /* [d][C] of raw features */
	double *b;               /* [C] */
	double *P;               /* [J][d][C] W's components; NULL if J = 1 */
	struct ties ties;        /* of its columns */
	struct standard standard;
	double n;                /* total weight of all pairs */
	double *task_weight;     /* [T] n_t */
	double *own_lambda;      /* [T] l2 of each task by itself; else NULL */
	double *delta;           /* [T] huber's, in units of divisor; else 0 */
	double *divisor;         /* [T] of the targets, for the fit; else 1 */
	size_t T;
	size_t active;           /* rows of W that are not 0 */
	size_t rank;             /* of W, with a term on its spectrum; else 0 */
	struct solve_info info;
};

/* The method for T tasks, and its name in models and tables. */
const struct method *train_method(const struct train_opts *opts, size_t T);
const char *train_name(const struct train_opts *opts, size_t T);

void fit_clear(struct fit *fit); /* leaves it zeroed */

#endif
