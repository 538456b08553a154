/*
 * Predictions of a table while it streams by: its rows again, with columns
 * added. Memory does not grow with the rows.
 *
 * Output columns: those of the input, in their order, but for the model's
 * features (unless kept); then, target by target,
 *
 *   yhat[:T]           number or label
 *   p[:T]:CLASS        probabilities of the union of the labels of the tasks
 *                      that share the column, empty where the row's task
 *                      lacks one; none if a task has the loss hinge2
 *   z[:T][:CLASS]      linear predictors; no CLASS for one-column blocks
 *
 * T is there in wide models (the task) and mixed ones (the target). The row's
 * task cell picks the block in long and mixed models; a task that the model
 * does not know gets the mean of predict_unknown, counted for one warning.
 *
 * Features are matched by name, whatever role the options give the column.
 */
#ifndef MTL_MODEL_PREDICTOR_H
#define MTL_MODEL_PREDICTOR_H

#include "base/notes.h"
#include "model/predict.h"
#include "table/columns.h"
#include "table/csvout.h"
#include "table/rows.h"

struct predictor_opts {
	bool proba, decision; /* add the p, the z columns */
	bool features;        /* keep the model's features too */
	bool refuse_unknown;  /* an unknown task is an error */
};

/* What fills one yhat column and the p and z columns beside it. */
struct predictor_target {
	struct str name;     /* T, or "" in layouts one and long */
	size_t block;        /* serves every row; SIZE_MAX: the task says */
	struct names value;  /* task cells, */
	size_t *of_value;    /* [value.n] and the block of each */
	size_t cap;          /* of of_value */
	struct names label;  /* of the p columns, sorted */
	struct names zlabel; /* of the z columns that have a class, sorted */
	bool z_plain;        /* there is a z column without class */
	bool no_proba;       /* some task's loss has no probabilities */
	struct predict_unknown unknown;
	double *zu;          /* the unknown task's z */
	/* the current row */
	const struct model_block *now;
	const double *z;     /* [now->cols] */
};

struct predictor {
	const struct model *m;
	const struct rows *rows;
	const struct columns *cols;
	struct predictor_opts opts;
	size_t *feature;   /* [d] column of each feature */
	size_t passes;
	size_t *pass;      /* [passes] columns that are written again */
	size_t targets;
	struct predictor_target *target; /* [targets] */
	size_t *first;     /* [B] where a block's labels start in ... */
	size_t *place;     /* ... the p column of each label, */
	size_t *zplace;    /* and its z column */
	struct names added; /* names of the columns added, in order */
	double *x, *z;     /* [d], [C] the current row */
	double *cells;     /* p or z cells being filled */
	double *p;         /* probabilities of one block */
	size_t unknown;    /* rows with a task that the model does not know */
	char *unknown_at;  /* the first: "'north' (rows.csv:17)" */
	size_t filled;     /* missing cells that became means */
	size_t n;          /* rows */
};

/*
 * m, rows and cols must outlive the predictor. Fails on features that the
 * rows lack, on a column that is there already, on --proba without classes.
 */
enum mtl_status predictor_init(struct predictor *p, const struct model *m,
    const struct rows *rows, const struct columns *cols,
    const struct predictor_opts *opts, struct mtl_err *err);

void predictor_header(const struct predictor *p, struct csvout *out);

/* Predicts and writes the current row; writes nothing when it fails. */
enum mtl_status predictor_row(struct predictor *p, struct csvout *out,
    struct mtl_err *err);

/* What is to be said in the end: unknown tasks, filled cells. */
void predictor_notes(const struct predictor *p, struct notes *notes);

void predictor_clear(struct predictor *p); /* leaves it zeroed */

#endif
