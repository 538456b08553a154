/*
 * What mtl-eval scores: labelled pairs (row, task) with their predictions,
 * collected from the rows of a table.
 *
 * A target column y or y:NAME goes with the prediction columns of its name:
 * yhat[:NAME], p[:NAME]:CLASS and z[:NAME][:CLASS], the name left out where
 * there is one target. In a long table every row is of the task its cell
 * names, in a wide one every target is a task, in a mixed one a task is called
 * CELL/NAME.
 *
 * A task is classes if it has probabilities, or text in y or yhat, or if every
 * yhat of its column is one of the labels of y (equal as bytes); else it is
 * numbers. That last rule looks at all other tasks of the column together, so
 * that one whose predictions happen to be labels does not go its own way. Its
 * labels are those of y, yhat and its p: columns, sorted
 * numerically if all are numbers, else by bytes. A task of one label whose y
 * column has two in all has these two.
 *
 * Left out and counted in notes: rows without y, without a task, of weight 0;
 * in a warning: rows with y and without yhat.
 */
#ifndef MTL_SCORE_PAIRS_H
#define MTL_SCORE_PAIRS_H

#include "base/err.h"
#include "base/names.h"
#include "base/notes.h"
#include "table/columns.h"
#include "table/rows.h"

/* Different numbers in one y column beyond which they are no labels. */
enum { PAIRS_LABELS_MAX = 10000 };

struct pair {
	double y, yhat;     /* NaN where the cell is no number */
	double weight;      /* > 0 */
	size_t truth, said; /* index of y and yhat in label; see target.many */
	size_t task, group;
	size_t row;         /* of its target's outputs */
};

/* A column p:CLASS, z:CLASS or z. */
struct pairs_output {
	size_t column;
	size_t label; /* SIZE_MAX for z without a class */
	bool z;
};

struct pairs_target {
	struct str name;     /* "y", or NAME; of the columns */
	size_t y, yhat;      /* columns; yhat SIZE_MAX: has none */
	size_t outputs, probs; /* probs of them are p: */
	struct pairs_output *output; /* [outputs] p: first */
	size_t n, cap;
	double *value;       /* [n][outputs] NaN where empty */
	struct names label;  /* of y, yhat and p: columns */
	bool *in_y, *known;  /* [label.n] in y; in yhat or in p: */
	size_t in_y_cap, known_cap;
	size_t *global;      /* [label.n] index in pairs.label */
	size_t *prob_of;     /* [pairs.label.n] output, or SIZE_MAX; NULL
			      * without probs */
	bool text;           /* some y or yhat is not even like a number */
	bool labelled;       /* has columns that labels name */
	bool foreign;        /* some yhat is not among the labels of y */
	bool many;           /* too many numbers: it has no labels */
};

struct pairs_task {
	struct str name;    /* in pairs.task_name */
	size_t target;
	size_t n;           /* pairs; 0: a wide target that has none */
	bool classes;
	bool text;          /* a y or yhat is not even like a number */
	char *not_number;   /* where the first such cell is; or NULL */
	size_t *filled;     /* [outputs] cells that are not empty */
	bool probs, z;      /* some pair has a probability; all have z */
	size_t bare;        /* pairs without any probability */
	char *first_bare;   /* where the first is; or NULL */
	size_t labels;
	size_t *label;      /* [labels] sorted; none if its target has many */
};

/* Labels of y that neither a yhat nor a column knows. */
struct pairs_unseen {
	size_t labels, rows;
	struct str first;
};

struct pairs {
	size_t n, cap;
	struct pair *pair;     /* [n] sorted by group, then task */
	size_t R, T;
	struct pairs_target *target; /* [R] */
	struct pairs_task *task;     /* [T] by first appearance */
	size_t task_cap;
	struct names task_name;
	struct names group;    /* cells of the --by column; n = 0 without */
	struct names label;    /* of all targets, by bytes */
	size_t numbers, classes; /* tasks of each kind */
	struct pairs_unseen unseen[2]; /* in tasks of classes; in others */
};

/*
 * Reads all rows. by is the column of groups, or SIZE_MAX. Fails on a table
 * without y or yhat, a weight or probability that is none, and when no pair
 * is left. cols must outlive the pairs.
 */
enum mtl_status pairs_read(struct pairs *p, struct rows *rows,
    const struct columns *cols, size_t by, struct notes *notes,
    struct mtl_err *err);

/* Sorts indices into names in the order of labels. False without memory. */
bool labels_sort(size_t *label, size_t n, const struct names *names);

/* Probability of a label of pairs.label; 0 where the table has none. */
double pairs_prob(const struct pairs *p, const struct pair *pair,
    size_t label);

/* The score of the second of a task's labels from its z columns. */
double pairs_z(const struct pairs *p, const struct pair *pair);

/*
 * Before probabilities are used: MTL_INPUT for a pair that has none where
 * others of its task do; warns of single ones that are empty and count as 0.
 */
enum mtl_status pairs_check_probs(const struct pairs *p, struct notes *notes,
    struct mtl_err *err);

/*
 * Before labels are compared: warns of labels of y that neither a yhat nor a
 * p: column knows. numbers_too looks at all tasks, else at those of classes.
 */
void pairs_warn_unseen(const struct pairs *p, bool numbers_too,
    struct notes *notes);

void pairs_clear(struct pairs *p); /* leaves it zeroed */

#endif
