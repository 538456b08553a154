#include "learn/penalty.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"

static const struct term_kind *const table[] = {&term_l2, &term_mean, NULL};

const struct term_kind *const *
term_table(void)
{
	return table;
}

static const struct term_kind *
find_kind(struct str name)
{
	for (size_t k = 0; table[k] != NULL; k++)
		if (str_is(name, table[k]->name))
			return table[k];
	return NULL;
}

/* A number from 0 up that fills all of s. */
static bool
read_positive(double *x, struct str s)
{
	return num_read(x, s.s, s.len) == NUM_OK && *x >= 0;
}

/* The part of *rest before the first `stop`, which is skipped. */
static struct str
cut(struct str *rest, char stop)
{
	const char *at = memchr(rest->s, stop, rest->len);
	struct str part = *rest;

	if (at == NULL) {
		rest->s += rest->len;
		rest->len = 0;
		return part;
	}
	part.len = (size_t)(at - rest->s);
	rest->s = at + 1;
	rest->len -= part.len + 1;
	return part;
}

/* NAME [ "*" weight ] [ ":" lambda ] */
static enum mtl_status
parse_term(struct term *term, struct str text, const char *whole,
    struct mtl_err *err)
{
	char buf[STR_SHOWN];
	struct str rest = text, head = cut(&rest, ':');
	bool has_lambda = head.len < text.len;
	struct str weight = head, name = cut(&weight, '*');

	*term = (struct term){find_kind(name), 1, (double)NAN};
	if (term->kind == NULL)
		return err_set(err, MTL_USAGE,
		    "penalty '%s': there is no term '%s'", whole,
		    str_show(buf, name));
	if (name.len < head.len && !read_positive(&term->weight, weight))
		return err_set(err, MTL_USAGE,
		    "penalty '%s': the weight '%s' is not a number from 0 up",
		    whole, str_show(buf, weight));
	if (has_lambda && !read_positive(&term->lambda, rest))
		return err_set(err, MTL_USAGE,
		    "penalty '%s': lambda '%s' is not a number from 0 up",
		    whole, str_show(buf, rest));
	return MTL_OK;
}

enum mtl_status
penalty_parse(struct penalty *p, const char *text, struct mtl_err *err)
{
	struct str rest = str_of(text);

	p->terms = 0;
	if (strchr(text, '+') != NULL)
		return err_set(err, MTL_USAGE, "penalty '%s': sums of "
		    "components ('+') are not known to this version", text);
	do {
		bool more = memchr(rest.s, ',', rest.len) != NULL;
		enum mtl_status st;

		if (p->terms == PENALTY_TERMS)
			return err_set(err, MTL_USAGE,
			    "penalty '%s': more than %d terms", text,
			    PENALTY_TERMS);
		st = parse_term(&p->term[p->terms++], cut(&rest, ','), text,
		    err);
		if (st != MTL_OK)
			return st;
		if (!more)
			return MTL_OK;
	} while (true);
}

size_t
penalty_open(const struct penalty *p)
{
	size_t open = 0;

	for (size_t k = 0; k < p->terms; k++)
		open += isnan(p->term[k].lambda) != 0;
	return open;
}

/* The names of the open terms, "mean,l2". */
static void
open_names(char *buf, size_t size, const struct penalty *p)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t k = 0; k < p->terms; k++)
		if (isnan(p->term[k].lambda) && used + 1 < size)
			used += (size_t)snprintf(buf + used, size - used,
			    "%s%s", used > 0 ? "," : "",
			    p->term[k].kind->name);
}

enum mtl_status
penalty_fill(struct penalty *p, const char *lambdas, struct mtl_err *err)
{
	size_t open = penalty_open(p), given = 1, k = 0;
	struct str rest = str_of(lambdas != NULL ? lambdas : "");
	char names[128], buf[STR_SHOWN];

	open_names(names, sizeof names, p);
	if (lambdas == NULL) {
		if (open == 0)
			return MTL_OK;
		return err_set(err, MTL_USAGE,
		    "--lambda is missing: give %s of %s (one for all, or one "
		    "each)", open == 1 ? "the lambda" : "the lambdas", names);
	}
	for (const char *s = lambdas; *s != '\0'; s++)
		given += *s == ',';
	if (given != 1 && given != open)
		return err_set(err, MTL_USAGE, "--lambda: %zu values for %zu "
		    "open term%s%s%s", given, open, open == 1 ? "" : "s",
		    open > 0 ? ": " : "", names);
	if (open == 0)
		return err_set(err, MTL_USAGE,
		    "--lambda: no term of the penalty is open");
	for (size_t i = 0; i < given; i++) {
		struct str item = cut(&rest, ',');
		double lambda;

		if (!read_positive(&lambda, item))
			return err_set(err, MTL_USAGE, "--lambda: '%s' is not "
			    "a number from 0 up", str_show(buf, item));
		for (; k < p->terms; k++) {
			if (!isnan(p->term[k].lambda))
				continue;
			p->term[k].lambda = lambda;
			if (given > 1) {
				k++;
				break;
			}
		}
	}
	return MTL_OK;
}

void
penalty_show(char *buf, size_t size, const struct penalty *p)
{
	size_t used = 0;

	if (size > 0)
		buf[0] = '\0';
	for (size_t k = 0; k < p->terms; k++) {
		const struct term *term = &p->term[k];
		char lambda[NUM_MAX + 1] = "";

		if (!isnan(term->lambda))
			lambda[num_write(lambda, term->weight *
			    term->lambda)] = '\0';
		if (used < size)
			used += (size_t)snprintf(buf + used, size - used,
			    "%s%s%s%s", k > 0 ? "," : "", term->kind->name,
			    lambda[0] != '\0' ? ":" : "", lambda);
	}
}

double
penalty_value(const struct penalty *p, const double *W, size_t d,
    const struct pairing *pair, double *sum)
{
	double total = 0;

	for (size_t k = 0; k < p->terms; k++) {
		const struct term *t = &p->term[k];

		if (t->weight * t->lambda > 0)
			total += t->weight * t->lambda *
			    t->kind->value(W, d, pair, sum);
	}
	return total;
}

void
penalty_gradient(double *G, const struct penalty *p, const double *W,
    size_t d, const struct pairing *pair, double *sum)
{
	for (size_t k = 0; k < p->terms; k++) {
		const struct term *t = &p->term[k];

		if (t->weight * t->lambda > 0)
			t->kind->gradient(G, W, d, pair,
			    t->weight * t->lambda, sum);
	}
}

void
penalty_diagonal(double *D, const struct penalty *p,
    const struct pairing *pair)
{
	for (size_t c = 0; c < pair->C; c++)
		D[c] = 0;
	for (size_t k = 0; k < p->terms; k++)
		p->term[k].kind->diagonal(D, pair,
		    p->term[k].weight * p->term[k].lambda);
}

bool
penalty_couples(const struct penalty *p)
{
	for (size_t k = 0; k < p->terms; k++)
		if (p->term[k].kind->couples &&
		    p->term[k].weight * p->term[k].lambda > 0)
			return true;
	return false;
}

double
penalty_l2(const struct penalty *p)
{
	double lambda = 0;

	for (size_t k = 0; k < p->terms; k++)
		if (p->term[k].kind == &term_l2)
			lambda += p->term[k].weight * p->term[k].lambda;
	return lambda;
}
