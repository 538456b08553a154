#include "learn/method.h"

#include <stddef.h>

static const struct method table[] = {
    {"single", "l2", SHARE_PENALTY, "each task by itself", ""},
    {"pooled", "l2", SHARE_ROWS, "one model for the rows of all tasks", ""},
    {"shared", "l2", SHARE_LOSSES,
	"each task's loss plus --share times the others'", ""},
    {"mean", "mean,l2", SHARE_PENALTY, "tasks drawn towards their mean",
	"Evgeniou and Pontil 2004"},
    {"ridge", "l2", SHARE_PENALTY, "one ridge penalty for all tasks",
	"Hoerl and Kennard 1970"},
    {0},
};

const struct method *
method_table(void)
{
	return table;
}

const struct method *
method_find(struct str name)
{
	for (const struct method *m = table; m->name != NULL; m++)
		if (str_is(name, m->name))
			return m;
	return NULL;
}
