/*
 * Classes that are clusters of normal points around corners of a hypercube:
 * the recipe that made the Madelon data, with the draws of scikit-learn's
 * make_classification.
 *
 *   1. the corners, M = classes * clusters of the 2^q
 *   2. n x q normals, the informative features; rows run by cluster
 *   3. for each cluster a q x q matrix of uniforms on [-1, 1), which its rows
 *      are multiplied with before the corner is added
 *   4. a q x redundant matrix of such uniforms: linear mixtures
 *   5. which of these features are repeated
 *   6. normals for the other features
 *   7. with flip >= 0 a uniform for each row; rows below flip get a class drawn
 *   8. random shifts and scales, if asked for
 *   9. the order of rows and features (gen_sample.h)
 *
 * The classes 0 .. K-1 are in s->y as numbers. Sums run in a fixed order with
 * no library in between, so that the bytes do not depend on the processor.
 *
 * Source: I. Guyon, "Design of experiments for the NIPS 2003 variable
 * selection benchmark", 2003.
 */
#ifndef MTL_DATA_GEN_CLASSIFICATION_H
#define MTL_DATA_GEN_CLASSIFICATION_H

#include "data/gen_opts.h"
#include "data/gen_sample.h"

/*
 * MTL_USAGE when the informative, redundant and repeated features are more
 * than there are, when there are more clusters than corners, or when the
 * weights are not shares of the classes.
 */
enum mtl_status gen_classification(struct gen_sample *s,
    const struct gen_opts *o, struct rng *rng, struct mtl_err *err);

#endif
