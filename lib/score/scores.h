/*
 * The scores of a table's pairs: for every group, metric and task one value,
 * then that of all its rows pooled and the mean over its tasks.
 *
 * A metric is for the tasks of its kind: numbers, or classes. Where there is
 * no task of that kind it is for all of them, so that numbers can be compared
 * as labels and labels that are numbers as numbers. Pooling takes the rows of
 * all tasks the metric is for, and their labels together; where no such task
 * has more than two labels, a row is positive if it has its own task's second.
 */
#ifndef MTL_SCORE_SCORES_H
#define MTL_SCORE_SCORES_H

#include <stdint.h>

#include "score/metrics.h"
#include "score/pairs.h"

/* In place of a task's index. */
#define SCORE_ALL (SIZE_MAX - 1)  /* its rows pooled */
#define SCORE_MEAN (SIZE_MAX - 2) /* the mean of its tasks' values */

struct score {
	size_t group;  /* index of pairs.group; 0 without groups */
	size_t task;   /* index of pairs.task, SCORE_ALL or SCORE_MEAN */
	enum metric metric;
	size_t n;      /* rows scored */
	double value;  /* NaN: undefined */
};

struct scores {
	size_t n, cap;
	struct score *score; /* by group, then task, then metric */
};

/*
 * Fills metric[METRICS] with those that suit the pairs and returns their
 * number: rmse, mae, r2 for numbers; accuracy, balanced-accuracy, f1-macro for
 * classes, log-loss where there are probabilities, auc where no task has more
 * than two labels and there are probabilities or z.
 */
size_t scores_default(enum metric *metric, const struct pairs *p);

/*
 * Tasks' own scores and their means only where there are several tasks.
 * MTL_INPUT for numbers asked of text, probabilities of a table without.
 * Undefined scores are said in one warning a metric.
 */
enum mtl_status scores_make(struct scores *s, const struct pairs *p,
    const enum metric *metric, size_t metrics, struct notes *notes,
    struct mtl_err *err);

/*
 * One metric over all rows, groups put aside. Undefined: MTL_NUMERIC with the
 * reason.
 */
enum mtl_status scores_one(double *value, const struct pairs *p,
    enum metric metric, struct notes *notes, struct mtl_err *err);

void scores_clear(struct scores *s); /* leaves it zeroed */

/* Tasks that have pairs. */
size_t scores_tasks(const struct pairs *p);

/* Weight of the pairs of a group and task with that y and that yhat. */
struct confusion_cell {
	size_t group, task; /* as in struct score */
	size_t truth, said; /* index in pairs.label */
	double n;           /* total weight; rows when all weigh 1 */
	size_t order[2];    /* places of the labels in the task's order */
};

struct confusion {
	size_t n, cap;
	struct confusion_cell *cell; /* by group, task, truth, said */
};

/*
 * The cells that are not empty; of all rows pooled and, where there are
 * several tasks, of each task.
 */
enum mtl_status confusion_make(struct confusion *c, const struct pairs *p,
    struct notes *notes, struct mtl_err *err);

void confusion_clear(struct confusion *c); /* leaves it zeroed */

#endif
