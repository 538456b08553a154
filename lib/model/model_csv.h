/*
 * The model file, "mtl-model 1": six columns, one parameter a row, zeros left
 * out (table/records.h has the frame and its two end rows).
 *
 *   meta,KEY,,,,VALUE            format, layout, method, penalty, loss, ...
 *   task,loss|rows|weight,TASK,,,V
 *   task,target|value,TASK,,,V   mixed layout: its y:NAME and its task cell
 *   class,,TASK,K,,LABEL         K = 1, 2, ... (task empty when pooled)
 *   feature,mean|scale,,,FEATURE,V    in the order of the features
 *   intercept,,TASK,CLASS,,V
 *   coef,,TASK,CLASS,FEATURE,V
 *   part,K,TASK,CLASS,FEATURE,V  K = 1, 2, ... component of a sum
 *   relation,TASK2,TASK,CLASS,CLASS2,V   of two columns, or one with itself
 *   cluster,,TASK,CLASS,,K       of a column
 *   graph,TASK2,TASK,CLASS,CLASS2,V      an edge between two columns
 *
 * CLASS is the label; empty in one-column blocks. Written numbers read back to
 * the same doubles, and the same model gives the same bytes.
 */
#ifndef MTL_MODEL_MODEL_CSV_H
#define MTL_MODEL_MODEL_CSV_H

#include <stdio.h>

#include "model/model.h"

#define MODEL_KIND "mtl-model"
enum { MODEL_VERSION = 1 };

/*
 * Writes m; refuses one that holds a number that is not finite
 * (MTL_NUMERIC, naming column and feature). Stream errors stay in fp.
 */
enum mtl_status model_write(FILE *fp, const struct model *m,
    struct mtl_err *err);

/*
 * Reads a model as hostile input: every index, name, label and number is
 * checked, every parameter may come once. path "-" is standard input.
 */
enum mtl_status model_read(struct model *m, const char *path,
    bool trust_edited, struct mtl_err *err);

#endif
