#include "model/model.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

/* Owned strings came from mem_text; str says const for its many views. */
static void
text_free(struct str s)
{
	free((char *)(uintptr_t)s.s);
}

bool
model_note(struct model *m, const char *key, const char *value)
{
	struct str v = str_of(value);
	struct model_meta *meta;
	char *text = mem_text(v.s, v.len), *name;

	if (text == NULL)
		return false;
	for (size_t i = 0; i < m->metas; i++)
		if (str_is(m->meta[i].key, key)) {
			text_free(m->meta[i].value);
			m->meta[i].value = (struct str){text, v.len};
			return true;
		}
	name = mem_text(key, strlen(key));
	meta = mem_resize(m->meta, m->metas + 1, sizeof *meta);
	if (meta != NULL)
		m->meta = meta;
	if (name == NULL || meta == NULL) {
		free(name);
		free(text);
		return false;
	}
	meta[m->metas].key = (struct str){name, strlen(key)};
	meta[m->metas++].value = (struct str){text, v.len};
	return true;
}

bool
model_note_num(struct model *m, const char *key, double value)
{
	char buf[NUM_MAX + 1] = "";

	if (isfinite(value))
		buf[num_write(buf, value)] = '\0';
	return model_note(m, key, buf);
}

const char *
model_meta(const struct model *m, const char *key)
{
	for (size_t i = 0; i < m->metas; i++)
		if (str_is(m->meta[i].key, key))
			return m->meta[i].value.s;
	return NULL;
}

bool
model_penalty(const struct model *m, struct penalty *penalty)
{
	const char *text = model_meta(m, "penalty");
	struct mtl_err err;

	return text != NULL && penalty_parse(penalty, text, &err) == MTL_OK;
}

enum mtl_status
model_init(struct model *m, size_t T, size_t B, struct mtl_err *err)
{
	memset(m, 0, sizeof *m);
	m->task = mem_new(T, sizeof *m->task);
	m->block = mem_new(B, sizeof *m->block);
	if (m->task == NULL || m->block == NULL) {
		model_clear(m);
		return err_nomem(err);
	}
	m->T = T;
	m->B = B;
	return MTL_OK;
}

enum mtl_status
model_alloc_weights(struct model *m, struct mtl_err *err)
{
	m->d = m->feature.n;
	m->C = 0;
	for (size_t k = 0; k < m->B; k++) {
		m->block[k].col = m->C;
		m->C += m->block[k].cols;
	}
	free(m->W);
	free(m->b);
	m->W = mat_new(m->d, m->C);
	m->b = mem_new(m->C, sizeof *m->b);
	if (m->W == NULL || m->b == NULL)
		return err_set(err, MTL_NOMEM,
		    "out of memory for %zu features by %zu columns", m->d,
		    m->C);
	return MTL_OK;
}

const char *
model_layout(enum layout layout)
{
	static const char *const name[] = {
		[LAYOUT_ONE] = "one",
		[LAYOUT_LONG] = "long",
		[LAYOUT_WIDE] = "wide",
		[LAYOUT_MIXED] = "mixed",
	};

	return name[layout];
}

size_t
model_columns(enum loss loss, size_t labels)
{
	return loss_columns(loss, labels);
}

size_t
model_find_task(const struct model *m, struct str name)
{
	for (size_t t = 0; t < m->T; t++)
		if (str_eq(m->task[t].name, name))
			return t;
	return SIZE_MAX;
}

void
model_clear(struct model *m)
{
	for (size_t t = 0; m->task != NULL && t < m->T; t++) {
		text_free(m->task[t].name);
		text_free(m->task[t].target);
		text_free(m->task[t].value);
	}
	for (size_t k = 0; m->block != NULL && k < m->B; k++)
		names_clear(&m->block[k].label);
	for (size_t i = 0; i < m->metas; i++) {
		text_free(m->meta[i].key);
		text_free(m->meta[i].value);
	}
	names_clear(&m->feature);
	free(m->task);
	free(m->block);
	free(m->meta);
	free(m->mean);
	free(m->scale);
	free(m->W);
	free(m->b);
	free(m->P);
	free(m->relation);
	free(m->cluster);
	free(m->edge);
	memset(m, 0, sizeof *m);
}
