/*
 * A fit's starting point: weights that are known already, of a model say,
 * turned into the fit's own coordinates.
 *
 * It decides nothing but how long a fit takes: a start that gains nothing
 * over W = 0 is left out, and direct solvers need none.
 */
#ifndef MTL_LEARN_START_H
#define MTL_LEARN_START_H

#include "learn/training.h"

/*
 * V ((d+1) x C, 0) and, where W is a sum, P ([J][d][C], 0) become the start
 * that tr->opts has, and *warm true; else all stays 0 and *warm false. The
 * penalty has no open term. The intercepts' row stays 0: solvers fit it.
 */
enum mtl_status start_weights(double *V, double *P, bool *warm,
    struct training *tr);

#endif
