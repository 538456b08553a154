#include "learn/penalty.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"

static const struct term_kind *
find_kind(struct str name)
{
	const struct term_kind *const *k = term_table();

	while (*k != NULL && !str_is(name, (*k)->name))
		k++;
	return *k;
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

/* Blanks around a term or component do not count. */
static struct str
trim(struct str s)
{
	while (s.len > 0 && s.s[0] == ' ') {
		s.s++;
		s.len--;
	}
	while (s.len > 0 && s.s[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* The place of the first '+' that is not an exponent's sign, or s.len. */
static size_t
find_plus(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.s[i] == '+' && !(i > 1 && strchr("eE", s.s[i - 1]) &&
		    isdigit((unsigned char)s.s[i - 2])))
			return i;
	return s.len;
}

/* The component before the next '+', which is skipped. */
static struct str
cut_plus(struct str *rest)
{
	size_t at = find_plus(*rest);
	struct str part = {rest->s, at};

	at += at < rest->len;
	rest->s += at;
	rest->len -= at;
	return part;
}

/* A lambda, or "0.1x". */
static bool
read_lambda(struct term *term, struct str s)
{
	if (s.len > 0 && s.s[s.len - 1] == 'x') {
		s.len--;
		return read_positive(&term->share, s);
	}
	return read_positive(&term->lambda, s);
}

static enum mtl_status
no_term(struct str name, const char *whole, struct mtl_err *err)
{
	const struct term_kind *const *kind = term_table();
	struct str known[32];
	size_t n = 0, near;
	char buf[STR_SHOWN];

	for (; kind[n] != NULL && n < sizeof known / sizeof *known; n++)
		known[n] = str_of(kind[n]->name);
	near = str_nearest(name, known, n);
	return err_set(err, MTL_USAGE, "penalty '%s': there is no term '%s' "
	    "(%s%s%s--list shows them)", whole, str_show(buf, name),
	    near != SIZE_MAX ? "did you mean '" : "",
	    near != SIZE_MAX ? known[near].s : "",
	    near != SIZE_MAX ? "'? " : "");
}

/* NAME [ "*" weight ] [ ":" lambda ] */
static enum mtl_status
parse_term(struct term *term, struct str text, const char *whole,
    struct mtl_err *err)
{
	char buf[STR_SHOWN];
	struct str rest = trim(text), head = cut(&rest, ':');
	bool has_lambda = head.len < trim(text).len;
	struct str weight = head, name = cut(&weight, '*');

	*term = (struct term){find_kind(name), 1, (double)NAN, (double)NAN};
	if (term->kind == NULL)
		return no_term(name, whole, err);
	if (name.len < head.len && !read_positive(&term->weight, weight))
		return err_set(err, MTL_USAGE,
		    "penalty '%s': the weight '%s' is not a number from 0 up",
		    whole, str_show(buf, weight));
	if (has_lambda && !read_lambda(term, rest))
		return err_set(err, MTL_USAGE,
		    "penalty '%s': lambda '%s' is not a number from 0 up",
		    whole, str_show(buf, rest));
	if (term->kind->order == ORDER_SAME) {
		if (has_lambda || name.len < head.len)
			return err_set(err, MTL_USAGE,
			    "penalty '%s': same takes no weight or lambda",
			    whole);
		term->lambda = 1;
	}
	return MTL_OK;
}

/* Families that all terms of a component have in common. */
static unsigned
families(const struct component *m)
{
	unsigned common = FAMILY_ANY;

	for (size_t k = 0; k < m->terms; k++)
		common &= m->term[k].kind->families;
	return common;
}

/* The last term does not go with the others: offers the sum that works. */
static enum mtl_status
refuse_joint(const struct component *m, const char *whole,
    struct mtl_err *err)
{
	char others[160] = "";
	size_t last = m->terms - 1, used = 0;

	for (size_t k = 0; k < last && used < sizeof others; k++)
		used += (size_t)snprintf(others + used, sizeof others - used,
		    "%s%s", k > 0 ? "," : "", m->term[k].kind->name);
	return err_set(err, MTL_USAGE, "penalty '%s': no joint proximal "
	    "operator of %s and %s is known; the sum '%s + %s' is", whole,
	    others, m->term[last].kind->name, others,
	    m->term[last].kind->name);
}

static enum mtl_status
parse_component(struct component *m, struct str text, const char *whole,
    struct mtl_err *err)
{
	struct str rest = text;
	bool more = true;

	m->terms = 0;
	while (more) {
		struct term *term = &m->term[m->terms];
		enum mtl_status st;

		if (m->terms == COMPONENT_TERMS)
			return err_set(err, MTL_USAGE,
			    "penalty '%s': more than %d terms in a component",
			    whole, COMPONENT_TERMS);
		more = memchr(rest.s, ',', rest.len) != NULL;
		st = parse_term(term, cut(&rest, ','), whole, err);
		if (st != MTL_OK)
			return st;
		for (size_t k = 0; k < m->terms; k++)
			if (m->term[k].kind == term->kind)
				return err_set(err, MTL_USAGE, "penalty '%s': "
				    "the term %s stands twice in a component",
				    whole, term->kind->name);
		m->terms++;
		if (families(m) == 0)
			return refuse_joint(m, whole, err);
	}
	return MTL_OK;
}

enum mtl_status
penalty_parse(struct penalty *p, const char *text, struct mtl_err *err)
{
	struct str rest = str_of(text);
	bool more = true;

	p->components = 0;
	while (more) {
		enum mtl_status st;

		if (p->components == PENALTY_COMPONENTS)
			return err_set(err, MTL_USAGE,
			    "penalty '%s': more than %d components", text,
			    PENALTY_COMPONENTS);
		more = find_plus(rest) < rest.len;
		st = parse_component(&p->component[p->components++],
		    cut_plus(&rest), text, err);
		if (st != MTL_OK)
			return st;
	}
	return MTL_OK;
}

double
term_lambda(const struct term *t)
{
	return isnan(t->lambda) ? 0 : t->weight * t->lambda;
}

struct term *
penalty_term(struct penalty *p, size_t k)
{
	for (size_t i = 0; i < p->components; i++) {
		if (k < p->component[i].terms)
			return &p->component[i].term[k];
		k -= p->component[i].terms;
	}
	return NULL;
}

static bool
is_open(const struct term *t)
{
	return isnan(t->lambda) && isnan(t->share);
}

size_t
penalty_open(const struct penalty *p)
{
	size_t open = 0;

	for (size_t i = 0; i < p->components; i++)
		for (size_t k = 0; k < p->component[i].terms; k++)
			open += is_open(&p->component[i].term[k]);
	return open;
}

size_t
penalty_shares(const struct penalty *p)
{
	size_t shares = 0;

	for (size_t i = 0; i < p->components; i++)
		for (size_t k = 0; k < p->component[i].terms; k++)
			if (!isnan(p->component[i].term[k].share))
				shares++;
	return shares;
}

const struct term *
penalty_equalizer(const struct penalty *p)
{
	const struct component *m = &p->component[0];
	const struct term *found = NULL;

	for (size_t k = 0; k < m->terms; k++)
		if (m->term[k].kind->hold != NULL && isnan(m->term[k].lambda))
			found = &m->term[k];
		else if (m->term[k].kind->order != ORDER_QUADRATIC)
			return NULL;
	return p->components == 1 ? found : NULL;
}

/* The names of the open terms, "mean,l2". */
static void
open_names(char *buf, size_t size, struct penalty *p)
{
	size_t used = 0;
	const struct term *t;

	buf[0] = '\0';
	for (size_t k = 0; (t = penalty_term(p, k)) != NULL; k++)
		if (is_open(t) && used + 1 < size)
			used += (size_t)snprintf(buf + used, size - used,
			    "%s%s", used > 0 ? "," : "", t->kind->name);
}

/* The next open term from *k on, or NULL; *k moves behind it. */
static struct term *
next_open(struct penalty *p, size_t *k)
{
	struct term *t;

	while ((t = penalty_term(p, (*k)++)) != NULL)
		if (is_open(t))
			return t;
	return NULL;
}

/* A share wants a lambda_max: the term's, or that of a norm beside it. */
static enum mtl_status
check_shares(struct penalty *p, struct mtl_err *err)
{
	const struct term *t;
	bool norm = false;

	for (size_t k = 0; (t = penalty_term(p, k)) != NULL; k++)
		norm |= t->kind->dual != NULL && isnan(t->lambda);
	norm |= penalty_equalizer(p) != NULL;
	for (size_t k = 0; (t = penalty_term(p, k)) != NULL; k++)
		if (!isnan(t->share) && !norm)
			return err_set(err, MTL_USAGE, "a share of lambda: %s "
			    "has no lambda_max, nor has a term beside it",
			    t->kind->name);
	return MTL_OK;
}

enum mtl_status
penalty_fill(struct penalty *p, const char *lambdas, struct mtl_err *err)
{
	size_t open = penalty_open(p), given = 1, k = 0;
	struct str rest = str_of(lambdas != NULL ? lambdas : "");
	char names[128], buf[STR_SHOWN];

	if (lambdas == NULL)
		return check_shares(p, err);
	open_names(names, sizeof names, p);
	for (const char *s = lambdas; *s != '\0'; s++)
		given += *s == ',';
	if (open == 0)
		return err_set(err, MTL_USAGE,
		    "--lambda: no term of the penalty is open");
	if (given != 1 && given != open)
		return err_set(err, MTL_USAGE, "--lambda: %zu values for %zu "
		    "open term%s: %s", given, open, open == 1 ? "" : "s",
		    names);
	for (size_t i = 0; i < given; i++) {
		struct str item = cut(&rest, ',');
		struct term value = {0}, *t = next_open(p, &k);

		value.lambda = value.share = (double)NAN;
		if (item.len > 0 && !read_lambda(&value, item))
			return err_set(err, MTL_USAGE, "--lambda: '%s' is not "
			    "a number from 0 up", str_show(buf, item));
		do {
			t->lambda = value.lambda;
			t->share = value.share;
		} while (given == 1 && (t = next_open(p, &k)) != NULL);
	}
	return check_shares(p, err);
}

static size_t
show_term(char *buf, size_t size, const struct term *t)
{
	char lambda[NUM_MAX + 2] = "";

	if (!isnan(t->lambda) && t->kind->order != ORDER_SAME) {
		lambda[0] = ':';
		lambda[1 + num_write(lambda + 1, term_lambda(t))] = '\0';
	}
	return (size_t)snprintf(buf, size, "%s%s", t->kind->name, lambda);
}

void
penalty_show(char *buf, size_t size, const struct penalty *p)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < p->components; i++)
		for (size_t k = 0; k < p->component[i].terms; k++) {
			const char *join = k > 0 ? "," : i > 0 ? " + " : "";

			if (used < size)
				used += (size_t)snprintf(buf + used,
				    size - used, "%s", join);
			if (used < size)
				used += show_term(buf + used, size - used,
				    &p->component[i].term[k]);
		}
}

void
penalty_show_lambdas(char *buf, size_t size, const struct penalty *p)
{
	double lambda[PENALTY_TERMS];
	size_t n = penalty_lambdas(lambda, p), used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n && used < size; i++) {
		char num[NUM_MAX + 1];

		num[num_write(num, lambda[i])] = '\0';
		used += (size_t)snprintf(buf + used, size - used, "%s%s",
		    i > 0 ? " " : "", num);
	}
}

size_t
penalty_lambdas(double *lambda, const struct penalty *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->components; i++)
		for (size_t k = 0; k < p->component[i].terms; k++) {
			const struct term *t = &p->component[i].term[k];

			if (t->kind->order == ORDER_SAME)
				continue;
			if (lambda != NULL)
				lambda[n] = term_lambda(t);
			n++;
		}
	return n;
}

void
penalty_settle(struct penalty *p, const double *lambda)
{
	struct term *t;

	for (size_t k = 0; (t = penalty_term(p, k)) != NULL; k++) {
		if (t->kind->order == ORDER_SAME)
			continue;
		t->weight = 1;
		t->lambda = *lambda++;
		t->share = (double)NAN;
	}
}

bool
penalty_couples(const struct penalty *p)
{
	for (size_t i = 0; i < p->components; i++)
		for (size_t k = 0; k < p->component[i].terms; k++)
			if (p->component[i].term[k].kind->couples &&
			    term_lambda(&p->component[i].term[k]) > 0)
				return true;
	return false;
}

bool
penalty_quadratic(const struct penalty *p)
{
	for (size_t k = 0; k < p->component[0].terms; k++) {
		const struct term *t = &p->component[0].term[k];

		if (t->kind->order != ORDER_QUADRATIC && term_lambda(t) > 0)
			return false;
	}
	return p->components == 1;
}

size_t
penalty_room(const struct penalty *p, const struct shape *s)
{
	size_t room = 0;

	for (size_t i = 0; i < p->components; i++)
		for (size_t k = 0; k < p->component[i].terms; k++) {
			const struct term *t = &p->component[i].term[k];
			size_t want = t->kind->room != NULL ?
			    t->kind->room(s) : 0;

			room = want > room ? want : room;
		}
	return room + s->d;
}

/* Sets of paired columns that some task lacks. */
static bool
unequal_classes(const struct shape *s)
{
	for (size_t g = 0; g < s->groups; g++)
		if (shape_paired(s, g) != s->T)
			return true;
	return false;
}

enum mtl_status
penalty_check(const struct penalty *p, const struct shape *s,
    struct mtl_err *err)
{
	for (size_t i = 0; i < p->components; i++) {
		const struct component *m = &p->component[i];
		bool same = false;

		for (size_t k = 0; k < m->terms; k++)
			same |= m->term[k].kind->order == ORDER_SAME;
		for (size_t k = 0; k < m->terms; k++) {
			const struct term_kind *kind = m->term[k].kind;

			if (s->weighted && !kind->row_wise)
				return err_set(err, MTL_USAGE,
				    "--modality-weight does not go with the "
				    "term %s", kind->name);
			if (same && unequal_classes(s) &&
			    (kind->order == ORDER_TASK ||
				kind->order == ORDER_BLOCK))
				return err_set(err, MTL_USAGE, "same,%s wants "
				    "the same classes in every task",
				    kind->name);
		}
	}
	return MTL_OK;
}
