/*
 * Coefficients of related tasks.
 *
 * V holds one column after the other, V[(t*cols + c)*D + j]: task t = 0 .. T-1
 * has cols columns (one, or one for each of more than two classes) over D
 * features. With r the relatedness, a column is
 *
 *     w_t = sqrt(r) s_t + sqrt(1 - r) v_t
 *
 * with unit vectors s_t, what the structure says, and v_t, the task's own:
 *
 *   related     s_t = u
 *   independent w_t = v_t
 *   same        w_t = u (r = 1)
 *   lowrank K   s_t = U a_t, U of K unit columns, a_t normal, made unit
 *   cluster K   s_t = centre 1 + (t-1) mod K
 *   sparse S    s_t = u; u and v_t are 0 outside S common features
 *   chain       s_t = w_{t-1}; w_1 = v_1
 *   modality    s_t = u_m, m = 1 + (t-1) mod M; u_m and v_t are 0 outside
 *               the features of modality m
 *
 * The last `outliers` tasks have w_t = v_t over all features, whatever the
 * structure. So every column's length is near 1.
 *
 * Draws: sparse draws its features once (the first S of a permutation);
 * lowrank draws U's columns once. Then, for each of the cols columns: u, the
 * centres or the u_m in turn; then for each task a_t where there is one, and
 * v_t, also where it counts nothing. A unit vector is as many normals as it
 * has features, divided by their length.
 */
#ifndef MTL_DATA_GEN_TASKS_H
#define MTL_DATA_GEN_TASKS_H

#include "base/err.h"
#include "base/rng.h"
#include "data/gen_opts.h"

/*
 * MTL_USAGE when the structure's size or the outliers do not fit the tasks
 * and features. first[M + 1] is where each modality's features start; needed
 * for the structure modality only.
 */
enum mtl_status gen_tasks(double *V, const struct gen_opts *o, size_t D,
    size_t cols, const size_t *first, struct rng *rng, struct mtl_err *err);

#endif
