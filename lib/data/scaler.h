/*
 * Rows on their way through a transform.
 *
 * Features are found by name. A feature stands where it stood, with its scaled
 * value; the 0/1 features of a text column stand where that stood; all other
 * columns pass as they are. A row holds only its own bytes: nothing here grows
 * with the number of rows.
 */
#ifndef MTL_DATA_SCALER_H
#define MTL_DATA_SCALER_H

#include "data/scale.h"
#include "table/columns.h"
#include "table/csvout.h"

enum scaler_kind { SCALER_PASSES, SCALER_SCALED, SCALER_LEVELS };

struct scaler_column {
	enum scaler_kind kind;
	size_t index; /* among the columns, features, columns of that kind */
};

/* What is said once, with the first of its kind. */
struct scaler_count {
	size_t n;
	char *first; /* owned; NULL without memory */
};

struct scaler {
	const struct scale *s;
	const struct rows *rows;
	const struct columns *cols;
	bool fitting;     /* figures are still to be found */
	size_t d, L;      /* features, columns of levels */
	struct scaler_column *column; /* [rows->columns] */
	size_t passes;    /* columns that pass */
	double *z;        /* [d] a row being written */
	struct scaler_count alien; /* columns that the transform lacks */
	struct scaler_count task;  /* rows of tasks that it lacks */
	struct scaler_count level; /* cells of levels that it lacks */
	size_t filled;    /* missing cells that were filled */
	size_t unlevelled; /* missing cells in columns of levels */
	size_t n;         /* rows written */
};

/* The cells of one row, by kind. */
struct scaler_row {
	struct str *pass;  /* [passes] */
	double *x;         /* [d] NaN: missing */
	struct str *level; /* [L] "" where missing */
	struct str task;   /* "" where missing or not needed */
	size_t number;     /* from 1 for a held row, 0 for the one at hand */
};

/*
 * s needs its feature and column names only, until rows are written; all must
 * outlive the scaler. Fails, by name, on features that the rows lack or use
 * for something else.
 */
enum mtl_status scaler_init(struct scaler *p, const struct scale *s,
    const struct rows *rows, const struct columns *cols, bool fitting,
    struct mtl_err *err);

/* Room for a row's cells, and its end. */
bool scaler_row_new(struct scaler_row *row, const struct scaler *p);
void scaler_row_clear(struct scaler_row *row);

/* The current row's cells; texts are views of it. Fails on a bad number. */
enum mtl_status scaler_read(struct scaler_row *row, const struct scaler *p,
    struct mtl_err *err);

/* Refuses two columns of one name. */
enum mtl_status scaler_header(const struct scaler *p, struct csvout *out,
    struct mtl_err *err);

/* Writes nothing when it fails: a value beyond a double's range. */
enum mtl_status scaler_write(struct scaler *p, const struct scaler_row *row,
    struct csvout *out, struct mtl_err *err);

/* What is to be said in the end: unknown tasks, levels, columns. */
void scaler_notes(const struct scaler *p, struct notes *notes);

void scaler_clear(struct scaler *p); /* leaves it zeroed */

#endif
