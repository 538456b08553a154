/*
 * What each column of a table is: its role, its modality, its target.
 *
 * Roles come from the names, and options override them:
 *
 *   id                       sample identifier
 *   task                     long layout: the row's task
 *   y                        the target
 *   y:NAME                   wide layout: the target of task NAME
 *   split, fold              written by mtl-split
 *   modality yhat* p:* p z:* c:*  written by our tools (yhat, yhat:T, p:A,
 *                            p:T:A, z, z:...), never features
 *   MODALITY:NAME            a feature of that modality
 *   anything else            a feature of the modality "x"
 *
 * A column of an overridden default name (a `task` beside --task school) is
 * neither target nor feature. So is one that --where or --ignore names.
 */
#ifndef MTL_TABLE_COLUMNS_H
#define MTL_TABLE_COLUMNS_H

#include "base/err.h"
#include "base/names.h"
#include "base/notes.h"
#include "table/rows.h"

enum role {
	ROLE_FEATURE,
	ROLE_ID,
	ROLE_TASK,
	ROLE_TARGET,
	ROLE_WEIGHT,
	ROLE_SPLIT,
	ROLE_FOLD,
	ROLE_GROUP,
	ROLE_OUTPUT,  /* written by our tools: yhat, p:A, modality, ... */
	ROLE_IGNORED, /* by --ignore, --where, or an overridden default */
};

struct columns_opts {
	const char *id, *task, *weight, *group; /* NULL: not given */
	const char *target; /* "y" or "math,reading"; NULL: not given */
	const char *ignore; /* "GLOB,GLOB"; NULL: none */
	const char *na;     /* "NA,nan,?"; NULL: only the empty cell */
};

enum layout {
	LAYOUT_ONE,   /* one target, no task column: one task named y */
	LAYOUT_LONG,  /* task column and one target */
	LAYOUT_WIDE,  /* several targets (or y:NAME), no task column */
	LAYOUT_MIXED, /* both: tasks are named TASK/NAME */
};

struct columns {
	size_t n;
	enum role *role;    /* [n] */
	size_t *modality;   /* [n] of features: index into modalities */
	/* SIZE_MAX where there is none */
	size_t id, task, weight, split, fold, group;
	size_t targets;
	size_t *target;          /* [targets] column of each, file order */
	struct names target_name; /* [targets] "y", or NAME of y:NAME */
	size_t features;
	size_t *feature;         /* [features] column of each, file order */
	struct names modalities; /* of the features, by first appearance */
	struct names na;         /* texts that mean missing, besides "" */
	enum layout layout;      /* meaningful when targets > 0 */
};

/*
 * Refuses names that no column has, two roles for one column, `y` beside
 * `y:NAME`, and modality names that hold '+', '.' or ','. A table without
 * targets is fine here. Default-named columns that an option displaced are
 * said in a note.
 */
enum mtl_status columns_init(struct columns *cols, const struct rows *rows,
    const struct columns_opts *opts, struct notes *notes, struct mtl_err *err);

/* The empty cell, or one that --na lists. */
bool columns_missing(const struct columns *cols, struct str cell);

void columns_clear(struct columns *cols); /* leaves it zeroed */

#endif
