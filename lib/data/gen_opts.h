/*
 * What mtl-gen draws: one recipe of three, and its settings.
 *
 *   classification  Guyon's clusters on a hypercube (gen_classification.h)
 *   regression      a sparse linear model of normal features (gen_regression.h)
 *   family          several tasks, several modalities, or both (gen_family.h)
 *
 * Every draw of a recipe comes from one generator in the order its header
 * states, so that a seed gives the same table everywhere.
 */
#ifndef MTL_DATA_GEN_OPTS_H
#define MTL_DATA_GEN_OPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum gen_kind { GEN_CLASSIFICATION, GEN_REGRESSION };

/* What ties the tasks of a family; the formulas are in gen_tasks.h. */
enum gen_structure {
	GEN_RELATED, /* none was asked for */
	GEN_INDEPENDENT,
	GEN_SAME,
	GEN_LOWRANK,
	GEN_CLUSTER,
	GEN_SPARSE,
	GEN_CHAIN,
	GEN_MODALITY,
};

struct gen_modality {
	struct str name;
	size_t d;     /* features, at least 1 */
	double noise; /* deviation of each feature's own noise */
};

struct gen_opts {
	enum gen_kind kind;
	bool family;
	size_t min_rows, max_rows; /* of each task; equal but for a family */
	size_t features;           /* in all, those of modalities too */
	size_t informative;        /* not for a family */
	size_t classes;            /* at least 2 */
	double noise;              /* of a family: relative to the signal */
	double bias;

	/* classification */
	size_t redundant, repeated, clusters;
	const double *weight; /* [weights] shares of classes; NULL: even */
	size_t weights;       /* classes, or one less */
	double flip, class_sep, shift, scale;
	bool random_shift, random_scale;

	/* regression */
	size_t targets;

	/* family */
	size_t tasks;
	enum gen_structure structure;
	size_t structure_size; /* of lowrank, cluster and sparse */
	double relatedness;
	size_t outliers;
	const struct gen_modality *modality; /* [modalities] */
	size_t modalities;                   /* 0: plain features */
	size_t shared;

	/* all */
	double missing_modality, missing_label;
};

#endif
