/*
 * Record files: models, saved transforms, statistics. Tidy CSV with six
 * columns, always commas,
 *
 *     record,name,task,class,feature,value
 *
 * the first record `meta,format,,,,KIND VERSION`, the last two
 *
 *     end,rows,,,,N        records between the header and this row
 *     end,crc32,,,,XXXXXXXX  of all bytes before this row, lower-case hex
 *
 * Read as hostile input: the whole file is taken into memory (bounded by what
 * is really there, inflated when gzip), its end rows checked first, so that a
 * file cut or changed anywhere is refused before a record is believed.
 */
#ifndef MTL_TABLE_RECORDS_H
#define MTL_TABLE_RECORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

enum { REC_RECORD, REC_NAME, REC_TASK, REC_CLASS, REC_FEATURE, REC_VALUE,
	REC_FIELDS };

struct records_out {
	FILE *fp;
	size_t rows;
	uint32_t crc;
	char *buf;  /* one row being made */
	size_t cap;
	bool nomem;
};

/* Header and format record. kind "mtl-model", version 1. */
void records_start(struct records_out *out, FILE *fp, const char *kind,
    unsigned version);
/* One record; a field with s = NULL is empty. */
void records_put(struct records_out *out, const struct str f[REC_FIELDS]);
/* The same with a number as value. */
void records_num(struct records_out *out, const struct str f[REC_FIELDS],
    double value);
/* The end rows. False without memory; stream errors stay in the stream. */
bool records_end(struct records_out *out);

struct record {
	struct str f[REC_FIELDS];
	size_t line;
};

/*
 * Calls row for every record after the format one, up to the end rows. row
 * returns a status to go on (MTL_OK) or stop; its strings live until return.
 * trust_edited accepts a file whose checksum or row count no longer fits.
 * A newer version than `version` is refused with both named. Messages start
 * with the file's name.
 */
enum mtl_status records_read(const char *path, const char *kind,
    unsigned version, bool trust_edited,
    enum mtl_status (*row)(void *arg, const struct record *rec,
        struct mtl_err *err),
    void *arg, struct mtl_err *err);

#endif
