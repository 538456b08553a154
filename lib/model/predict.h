/*
 * Predictions of one row: z = b + x'W, and what follows from it. A row's
 * prediction depends on nothing but the row and the model.
 */
#ifndef MTL_MODEL_PREDICT_H
#define MTL_MODEL_PREDICT_H

#include "model/model.h"

/*
 * z[C] of all columns of the model for x[d]; missing features (NaN) become
 * the training means. Sums run in feature order with one accumulator a
 * column, so the same row gives the same bits wherever it stands.
 */
void predict_z(double *z, const struct model *m, const double *x);

/* The same for one block's columns alone: z[block->cols]. */
void predict_block_z(double *z, const struct model *m,
    const struct model_block *block, const double *x);

/*
 * Probabilities p[K] of a block's labels from its columns' z: logistic p of
 * the second label, softmax, ovr: sigma(z_k) over their sum. Not for hinge2,
 * which has none.
 */
void predict_proba(double *p, const struct model_block *block,
    const double *z);

/* The number that a block without labels predicts from its z: poisson exp(z),
 * which may overflow; else z. */
double predict_number(const struct model_block *block, double z);

/* Index of the predicted label from a block's z; ties go to the first. */
size_t predict_label(const struct model_block *block, const double *z);

/*
 * The block that stands for a task the model does not know, made of the tasks
 * with the commonest class set (ties: the one seen first). Its labels are
 * those of block `like`. Where the penalty has components that are the same
 * for all tasks, z is that shared part, at the features' means the mean of
 * the members' z; elsewhere it is the mean of the members' z throughout. A
 * target restricts it to the tasks of that target (mixed layout); NULL: all
 * tasks.
 */
struct predict_unknown {
	size_t like;   /* a member */
	size_t n;      /* members */
	size_t *block; /* [n] owned */
	double *W;     /* [d][cols] the shared part; NULL: there is none */
	double *b;     /* [cols] its intercepts */
};
enum mtl_status predict_unknown_init(struct predict_unknown *u,
    const struct model *m, const struct str *target, struct mtl_err *err);
/* zu[cols of block like] from x[d], or without a shared part from z[C]. */
void predict_unknown_z(double *zu, const struct predict_unknown *u,
    const struct model *m, const double *x, const double *z);
void predict_unknown_clear(struct predict_unknown *u);

#endif
