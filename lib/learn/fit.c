#include "learn/fit.h"

#include <stdlib.h>

void
fit_clear(struct fit *fit)
{
	for (size_t k = 0; fit->block != NULL && k < fit->B; k++)
		labels_clear(&fit->block[k].labels);
	free(fit->block);
	free(fit->W);
	free(fit->b);
	free(fit->P);
	ties_clear(&fit->ties);
	free(fit->task_weight);
	free(fit->own_lambda);
	free(fit->delta);
	free(fit->divisor);
	standard_clear(&fit->standard);
	*fit = (struct fit){0};
}
