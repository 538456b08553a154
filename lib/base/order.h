/*
 * The order of labels: by value if all of them are numbers (equal values by
 * bytes), else by bytes.
 */
#ifndef MTL_BASE_ORDER_H
#define MTL_BASE_ORDER_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Sorts label[n]; place[i], if not NULL, is where the i-th one went. False
 * without memory.
 */
bool order_labels(struct str *label, size_t n, size_t *place);

#endif
