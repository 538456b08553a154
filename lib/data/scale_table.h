/*
 * A table held in memory to fit a transform on it: the numbers of its
 * features, the texts of all other cells.
 *
 * The transform is fitted on all rows, or where the split column holds both
 * train and test on the train rows only (unless --where chose on split).
 */
#ifndef MTL_DATA_SCALE_TABLE_H
#define MTL_DATA_SCALE_TABLE_H

#include "data/scaler.h"
#include "data/texts.h"

struct scale_table {
	struct scaler *scaler;
	size_t n;            /* rows */
	double *X;           /* [n][d] NaN: missing */
	struct texts pass;   /* [n * passes] */
	size_t *level;       /* [n][L] index of the text; SIZE_MAX: missing */
	struct names *texts; /* [L] distinct texts of each column of levels */
	size_t *task;        /* [n] index into tasks; NULL if not by task */
	struct names tasks;  /* "" is a missing task */
	double *weight;      /* [n] or NULL */
	bool *train;         /* [n] */
	size_t trains, tests;
	struct scaler_row row; /* being read, or handed out */
	size_t cap_X, cap_level, cap_task, cap_weight, cap_train;
};

/*
 * Names the features of a transform that is to be fitted on cols, those of
 * the list "COL,COL" (or NULL) being columns of levels.
 */
enum mtl_status scale_table_features(struct scale *s, const struct rows *rows,
    const struct columns *cols, const char *onehot, struct mtl_err *err);

/* Reads all rows. by_task: tasks matter. The table's names are cols'. */
enum mtl_status scale_table_read(struct scale_table *t, struct scaler *p,
    struct rows *rows, bool by_task, struct mtl_err *err);

/* Fits s, whose features the table has, with the levels of its texts. */
enum mtl_status scale_table_fit(struct scale_table *t, struct scale *s,
    const struct scale_opts *opts, struct notes *notes, struct mtl_err *err);

/* Row i, valid until the next one. */
const struct scaler_row *scale_table_row(struct scale_table *t, size_t i);

void scale_table_clear(struct scale_table *t); /* leaves it zeroed */

#endif
