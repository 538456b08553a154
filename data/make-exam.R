# exam.csv from the data frame `Exam` of R's package mlmRev:
#
#     apt-get install r-base-core r-cran-mlmrev
#     Rscript data/make-exam.R > data/exam.csv
#
# A factor becomes one 0/1 column for each level but its first.

data("Exam", package = "mlmRev")
stopifnot(nrow(Exam) == 4059, nlevels(Exam$school) == 65, !anyNA(Exam))

# The fewest digits that read back to the same double.
shortest <- function(x) {
	text <- sprintf("%.15g", x)
	for (digits in 14:1) {
		shorter <- sprintf("%.*g", digits, x)
		same <- as.numeric(shorter) == x
		text[same] <- shorter[same]
	}
	stopifnot(as.numeric(text) == x)
	text
}

is <- function(factor, level) {
	stopifnot(level %in% levels(factor))
	as.integer(factor == level)
}

out <- with(Exam, data.frame(
	id = seq_len(nrow(Exam)),
	task = school,
	y = shortest(normexam),
	standLRT = shortest(standLRT),
	sex_M = is(sex, "M"),
	type_Sngl = is(type, "Sngl"),
	schgend_boys = is(schgend, "boys"),
	schgend_girls = is(schgend, "girls"),
	schavg = shortest(schavg),
	vr_mid = is(vr, "mid 50%"),
	vr_top = is(vr, "top 25%"),
	intake_mid = is(intake, "mid 50%"),
	intake_top = is(intake, "top 25%")))
write.csv(out, stdout(), row.names = FALSE, quote = FALSE)
