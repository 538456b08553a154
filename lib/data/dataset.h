/*
 * The rows a model is fitted on: features, and labelled pairs (row, task).
 *
 * Whatever the layout of the table, the data are one matrix X of all rows and,
 * for each task, the list of rows that have a label for it. In a wide table a
 * row is in the list of every task it is labelled for; in a long one in one
 * list only, and the rows of X are then sorted by task (file order within), so
 * that a task's rows lie side by side.
 *
 * A row without any label, without a task, or of weight 0 is left out and
 * counted in a note; so are rows that are not `train` where the split column
 * holds both train and test (unless --where chose on split).
 */
#ifndef MTL_DATA_DATASET_H
#define MTL_DATA_DATASET_H

#include <stdbool.h>

#include "base/err.h"
#include "base/names.h"
#include "base/notes.h"
#include "table/columns.h"
#include "table/rows.h"

/* What a target column is read as. */
enum target_read {
	READ_AUTO,
	READ_NUMBERS,
	READ_COUNTS, /* numbers from 0 up */
	READ_CLASSES,
};

struct target {
	struct str name;    /* "y", or NAME of y:NAME; in dataset.target_name */
	bool classes;
	bool chosen;        /* nobody said: classes was decided from the cells */
	size_t labels;      /* classes: their number, over all rows */
	struct str *label;  /* [labels] sorted; numbers by value, else by bytes */
};

struct task {
	struct str name;    /* owned by dataset.task_name */
	struct str value;   /* cell of the task column, or "" */
	size_t target;      /* index of its target */
	size_t n;           /* labelled rows, at least 1 */
	size_t *row;        /* [n] ascending rows of X */
	double *y;          /* [n] number, or index of the label in its target */
};

struct dataset {
	size_t n, d, T, R;  /* rows, features, tasks, targets */
	double *X;          /* [n][d] NaN where a cell is missing */
	double *weight;     /* [n] row weights, or NULL when all are 1 */
	size_t *fold;       /* [n] index into fold_name; NULL: no fold column */
	size_t *group;      /* [n] index into group_name; NULL: no groups */
	size_t *at;         /* [n] place in the input; NULL unless wanted */
	size_t *id;         /* [n] index into id_name; NULL likewise */
	size_t missing;     /* cells of X that are NaN */
	enum layout layout;
	struct names feature;  /* [d] */
	size_t *modality;      /* [d] index into modalities */
	struct names modalities;
	struct task *task;     /* [T] by first appearance; wide: column order */
	struct target *target; /* [R] */
	struct names task_name, task_value, target_name, fold_name, group_name;
	struct names id_name;
	struct names *labels;  /* [R] owners of the targets' label bytes */
};

struct dataset_opts {
	const enum target_read *read; /* [targets] or NULL: all READ_AUTO */
	bool refuse_missing;          /* a missing feature cell is an error */
	bool where_split;             /* --where names the split column */
	bool keep_rows;               /* at, and id where there is one */
};

/*
 * Reads all rows. Fails on a cell that is no number (file, line, column), a
 * table without targets or features, and when no labelled row is left.
 */
enum mtl_status dataset_read(struct dataset *ds, struct rows *rows,
    const struct columns *cols, const struct dataset_opts *opts,
    struct notes *notes, struct mtl_err *err);

void dataset_clear(struct dataset *ds); /* leaves it zeroed */

/*
 * A part of a dataset with some rows held out: X is a copy, the other rows
 * first and the held-out ones behind them; task lists the pairs of the rows
 * that stay (a task may have none left), held those of the others. All else is
 * the whole's and must outlive the part.
 */
struct part {
	struct dataset ds;
	struct task *held; /* [T] */
};

/* out[n]: true for rows to hold out; NULL holds out none. */
enum mtl_status part_init(struct part *part, const struct dataset *whole,
    const bool *out, struct mtl_err *err);

void part_clear(struct part *part); /* leaves it zeroed */

#endif
