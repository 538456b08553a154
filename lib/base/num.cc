#include "base/num.h"

#include <charconv>
#include <cmath>
#include <system_error>

/* nan, inf and a second sign are all from_chars would take beside numbers. */
static bool
starts_number(const char *s, const char *end)
{
	return s < end && ((*s >= '0' && *s <= '9') || *s == '.');
}

extern "C" enum num_status
num_read(double *x, const char *s, size_t len)
{
	const char *end = s + len, *digits = s;
	double value;

	if (len > 0 && (*s == '+' || *s == '-'))
		digits++;
	if (!starts_number(digits, end))
		return NUM_BAD;
	/* from_chars takes a minus but no plus. */
	auto got = std::from_chars(*s == '+' ? digits : s, end, value);
	if (got.ec == std::errc::invalid_argument || got.ptr != end)
		return NUM_BAD;
	if (got.ec == std::errc::result_out_of_range)
		return NUM_RANGE;
	*x = value;
	return NUM_OK;
}

extern "C" size_t
num_write(char *buf, double x)
{
	double size = std::fabs(x);
	bool fixed = size == 0 || (size >= 1e-5 && size < 1e16);
	auto end = std::to_chars(buf, buf + NUM_MAX, x,
	    fixed ? std::chars_format::fixed : std::chars_format::scientific);

	return static_cast<size_t>(end.ptr - buf);
}
