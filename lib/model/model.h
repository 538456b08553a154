/*
 * A fitted model: the matrix W, its intercepts, and what it takes to predict,
 * to recompute the objective and to repeat the command.
 *
 *             task 1   task 2 ...     columns c = 0 .. C-1, grouped by task:
 *            +------+-----------+     one for numbers and two-class logistic,
 *  feature j | W[j*C + c]       |     K for a K-class softmax or ovr task
 *            +------+-----------+
 *
 * W and b belong to raw features: z = b + x'W. Two classes with logistic loss
 * have one column, for the second label. In a pooled model all tasks share
 * the same columns and labels.
 *
 * What else a fit may have to say: the components that W is the sum of, the
 * covariance of its columns, their clusters, and the graph that tied them.
 */
#ifndef MTL_MODEL_MODEL_H
#define MTL_MODEL_MODEL_H

#include "base/err.h"
#include "base/names.h"
#include "learn/loss.h"
#include "learn/penalty.h"
#include "table/columns.h"

/* What is tied to one set of columns: a task, or all of them when pooled. */
struct model_block {
	enum loss loss;
	struct names label; /* classes in their order; n = 0 for numbers */
	size_t col, cols;   /* its columns col .. col + cols - 1 */
};

struct model_task {
	struct str name;   /* as predictions name it; owned */
	struct str target; /* name of its target: "y", or NAME of y:NAME; owned */
	struct str value;  /* its cell in the task column, or ""; owned */
	size_t block;      /* index of its block; in a pooled model always 0 */
	double rows;       /* labelled rows it was trained on */
	double weight;     /* their total weight */
	double delta;      /* huber's; 0 under other losses */
	double lambda;     /* its own, chosen by itself; or 0: the model's */
	double scale;      /* the fit took the target divided by it; or 0: 1 */
};

struct model_meta {
	struct str key, value; /* owned */
};

struct model {
	size_t d, T, B, C; /*        features, tasks, blocks, columns */
	enum layout layout;
	bool pooled;              /* B = 1, shared by every task */
	struct names feature;     /* [d] */
	double *mean, *scale;     /* [d] fill value; divisor of the penalty, 0
				     for a constant; NULL: all 0; all 1 */
	struct model_task *task;  /* [T] in the order of training */
	struct model_block *block; /* [B] block t is task t's unless pooled */
	double *W;                /* [d][C] */
	double *b;                /* [C] */
	size_t parts;             /* components of the penalty; 0: P is NULL */
	double *P;                /* [parts][d][C] they sum to W; or NULL */
	double *relation;         /* [C][C] upper triangle; or NULL */
	size_t *cluster;          /* [C] 1, 2, ..., 0: of none; or NULL */
	size_t edges;
	struct edge *edge;        /* [edges] of columns, as the graph has them */
	size_t metas;
	struct model_meta *meta;  /* [metas] in order; see model_note */
};

/*
 * Sets a meta record (method, penalty, lambda, objective, gap, ...), appended
 * when its key is new. A number that is not finite is an empty value. False
 * without memory. format, layout and pooled are model_write's own.
 */
bool model_note(struct model *m, const char *key, const char *value);
bool model_note_num(struct model *m, const char *key, double value);

/* Value of a meta record, or NULL. */
const char *model_meta(const struct model *m, const char *key);

/*
 * The penalty in the meta records; false where it is absent or of terms that
 * are not known here.
 */
bool model_penalty(const struct model *m, struct penalty *penalty);

/* What the file calls a layout: one, long, wide or mixed. */
const char *model_layout(enum layout layout);

/* Columns of a block of that loss with so many labels (0 for numbers). */
size_t model_columns(enum loss loss, size_t labels);

/*
 * Room for B blocks, T tasks; fields zeroed. model_alloc_weights makes W and b
 * once every block's cols is set and m->feature is complete; it lays the
 * blocks side by side (block[].col), and sets m->d and m->C.
 */
enum mtl_status model_init(struct model *m, size_t T, size_t B,
    struct mtl_err *err);
enum mtl_status model_alloc_weights(struct model *m, struct mtl_err *err);

/* Index of the task whose name is `name`, or SIZE_MAX. */
size_t model_find_task(const struct model *m, struct str name);

void model_clear(struct model *m); /* leaves it zeroed */

#endif
