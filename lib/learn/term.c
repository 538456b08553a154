#include "learn/term.h"

static const struct term_kind *const table[] = {
    &term_l2, &term_l1, &term_l21, &term_l1inf, &term_task, &term_trace,
    &term_relation, &term_cluster, &term_same, &term_mean, &term_graph,
    &term_chain, &term_fused, &term_modality, &term_block, NULL,
};

const struct term_kind *const *
term_table(void)
{
	return table;
}
