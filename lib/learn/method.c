#include "learn/method.h"

#include <stddef.h>
#include <stdint.h>

static const struct method table[] = {
    {"single", "l2", SHARE_PENALTY, false, true,
	"each task by itself",
	""},
    {"pooled", "l2", SHARE_ROWS, false, false,
	"one model for the rows of all tasks", ""},
    {"shared", "l2", SHARE_LOSSES, false, false,
	"each task's loss plus --share times the others'", ""},
    {"ridge", "l2", SHARE_PENALTY, false, false,
	"one ridge penalty for all tasks", "Hoerl and Kennard 1970"},
    {"lasso", "l1", SHARE_PENALTY, false, false,
	"few features, each task its own", "Tibshirani 1996"},
    {"enet", "l1,l2", SHARE_PENALTY, false, false,
	"elastic net", "Zou and Hastie 2005"},
    {"mean", "mean,l2", SHARE_PENALTY, false, false,
	"tasks drawn towards their mean", "Evgeniou and Pontil 2004"},
    {"augment", "same,l2 + l2", SHARE_PENALTY, true, false,
	"a shared column plus each task's own", "Daume 2007"},
    {"graph", "graph,l1", SHARE_PENALTY, false, false,
	"tasks near their neighbours (--graph)", "Evgeniou et al. 2005"},
    {"l21", "l21", SHARE_PENALTY, false, false,
	"the same features for all tasks", "Obozinski et al. 2010"},
    {"l1inf", "l1inf", SHARE_PENALTY, false, false,
	"the same features, alike in size", "Quattoni et al. 2009"},
    {"dirty", "l1inf + l1", SHARE_PENALTY, false, false,
	"shared features plus each task's own", "Jalali et al. 2010"},
    {"trace", "trace", SHARE_PENALTY, false, false,
	"a shared subspace", "Ji and Ye 2009"},
    {"sparse-trace", "trace + l1", SHARE_PENALTY, false, false,
	"a subspace plus single features", "Chen, Liu and Ye 2010"},
    {"robust", "trace + task", SHARE_PENALTY, false, false,
	"a subspace plus outlier tasks", "Chen, Zhou and Ye 2011"},
    {"rmtfl", "l21 + task", SHARE_PENALTY, false, false,
	"shared features plus outlier tasks", "Gong, Ye and Zhang 2012"},
    {"relation", "relation,l2", SHARE_PENALTY, false, false,
	"a learned covariance of tasks", "Zhang and Yeung 2010"},
    {"cluster", "cluster", SHARE_PENALTY, false, false,
	"tasks in --clusters groups", "Zhou, Chen and Ye 2011"},
    {"aso", "cluster", SHARE_PENALTY, false, false,
	"alternating structure optimisation, convex", "Chen et al. 2009"},
    {"temporal", "chain,l2,l21", SHARE_PENALTY, false, false,
	"ordered tasks change smoothly", "Zhou et al. 2011"},
    {"fused", "l1,fused,l21", SHARE_PENALTY, false, false,
	"ordered tasks change in steps", "Zhou et al. 2012"},
    {"data-shared", "same,l1 + l1", SHARE_PENALTY, false, false,
	"a sparse shared column plus each task's own",
	"Gross and Tibshirani 2016"},
    {"adaptive", "same,l2 + task", SHARE_PENALTY, false, false,
	"a shared column plus tasks that differ", "Duan and Wang 2023"},
    {"group", "modality", SHARE_PENALTY, false, false,
	"whole modalities in or out", "Yuan and Lin 2006; Bach 2008"},
    {"m3t", "l21 + block", SHARE_PENALTY, false, false,
	"shared features plus (task, modality) blocks", "Zhang and Shen 2012"},
    {0},
};

const struct method *
method_table(void)
{
	return table;
}

const char *
method_near(struct str name)
{
	enum { METHODS = sizeof table / sizeof *table - 1 };
	struct str known[METHODS];
	size_t near;

	for (size_t k = 0; k < METHODS; k++)
		known[k] = str_of(table[k].name);
	near = str_nearest(name, known, METHODS);
	return near != SIZE_MAX ? table[near].name : NULL;
}

const struct method *
method_find(struct str name)
{
	for (const struct method *m = table; m->name != NULL; m++)
		if (str_is(name, m->name))
			return m;
	return NULL;
}
