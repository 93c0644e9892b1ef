# The reference figures of the estimation tests, from R's survey package:
#
#     Rscript tests/surveys/estimation/fixtures.R        (from the root of the repository)
#
# On Debian: apt-get install --no-install-recommends r-base-core r-cran-survey r-cran-mass
# Writes data/people.csv, a made-up sample, and data/reference.json beside this script, both committed: the tests do
# not need R. Made with R 4.2.2 and survey 4.1-1.
suppressWarnings(suppressMessages({library(survey); library(MASS)}))
options(digits = 17, survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE)
place <- "tests/surveys/estimation/data"
dir.create(place, showWarnings = FALSE)

# ---- JSON with 17 significant digits -------------------------------------------------------------------------------
written <- function(x) {
  if (is.list(x)) {
    inner <- vapply(x, written, "")
    if (is.null(names(x))) return(paste0("[", paste(inner, collapse = ", "), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", inner, collapse = ",\n"), "}"))
  }
  if (!is.null(names(x))) return(written(as.list(x)))
  one <- if (is.character(x)) paste0("\"", x, "\"") else ifelse(is.finite(x), formatC(x, digits = 17, format = "g"), "null")
  if (length(x) == 1) one else paste0("[", paste(one, collapse = ", "), "]")
}
plain <- function(x) as.vector(unlist(x))
named <- function(keys, make) { found <- lapply(keys, make); names(found) <- keys; found }

# ---- a sample: 34 provinces, 4 communes each of unequal size, unequal weights, gaps in the answers -------------------
RNGversion("4.0.0"); set.seed(20260122)
codes <- sprintf("%02d", 1:34)
people <- do.call(rbind, lapply(seq_along(codes), function(h) {
  sizes <- sample(5:13, 4)
  data.frame(province = codes[h], commune = sprintf("%s%02d", codes[h], rep(1:4, sizes)),
             communes_in_all = 60 + 3 * h, people_in_all = 4000 + 250 * h,
             mood = rnorm(1, 0, 0.5) + rep(rnorm(4, 0, 0.5), sizes))
}))
n <- nrow(people)
people$id <- seq_len(n)
people$sex <- sample(c("f", "m"), n, TRUE, c(0.55, 0.45))
people$age <- sample(c("18-29", "30-44", "45-59", "60+"), n, TRUE, c(0.2, 0.35, 0.28, 0.17))
people$weight <- round(exp(rnorm(n, 3, 0.5)) * people$people_in_all / 3000, 3)
mood <- people$mood + rnorm(n, 0, 0.6) + 0.2 * (people$age == "60+") - 0.1 * (people$sex == "m")
for (item in paste0("c", 1:6)) {
  score <- pmin(pmax(round(3.9 + mood + rnorm(n, runif(1, -0.3, 0.3), 0.8)), 1), 5)
  score[runif(n) < 0.04] <- NA
  people[[item]] <- score
}
people$c7 <- ifelse(runif(n) < 0.03, NA, 5)          # everybody satisfied
people$c8 <- ifelse(runif(n) < 0.03, NA, 2)          # nobody satisfied
people <- people[, c("id", "province", "commune", "communes_in_all", "people_in_all", "sex", "age", "weight", paste0("c", 1:8))]
write.csv(people, file.path(place, "people.csv"), row.names = FALSE, quote = FALSE, na = "")

items <- paste0("c", 1:6)
top <- function(x) as.numeric(x >= 4)
for (item in paste0("c", 1:8)) people[[paste0("s", item)]] <- top(people[[item]])
people$s_all <- rowSums(people[paste0("s", items)], na.rm = TRUE)
people$n_all <- rowSums(!is.na(people[items]))
people$s_a <- rowSums(people[paste0("s", items[1:3])], na.rm = TRUE)
people$n_a <- rowSums(!is.na(people[items[1:3]]))
people$s_b <- rowSums(people[paste0("s", items[4:6])], na.rm = TRUE)
people$n_b <- rowSums(!is.na(people[items[4:6]]))
people$one <- 1

designs <- list(
  simple = svydesign(~1, data = people, weights = ~one),
  weighted = svydesign(~1, data = people, weights = ~weight),
  stratified = svydesign(~1, strata = ~province, data = people, weights = ~weight),
  clustered = svydesign(~commune, data = people, weights = ~weight),
  both = svydesign(~commune, strata = ~province, data = people, weights = ~weight),
  people_fpc = svydesign(~1, strata = ~province, data = people, weights = ~weight, fpc = ~people_in_all),
  communes_fpc = svydesign(~commune, strata = ~province, data = people, weights = ~weight, fpc = ~communes_in_all))

of_item <- function(design, item) {       # who left the item out is outside of the domain
  there <- eval(bquote(subset(design, !is.na(.(as.name(item))))))
  found <- svymean(reformulate(item), there, deff = TRUE)
  again <- svymean(reformulate(item), there, deff = "replace")
  list(value = plain(coef(found)), error = plain(SE(found)), df = degf(there), n = nrow(there),
       deff = plain(deff(found)), deff_replace = plain(deff(again)), t = plain(confint(found, df = degf(there))))
}
of_ratio <- function(design, s, n) {
  there <- eval(bquote(subset(design, .(as.name(n)) > 0)))
  found <- svyratio(reformulate(s), reformulate(n), there, deff = TRUE)
  again <- svyratio(reformulate(s), reformulate(n), there, deff = "replace")
  list(value = plain(coef(found)), error = plain(SE(found)), df = degf(there), n = nrow(there),
       deff = plain(attr(found, "deff")), deff_replace = plain(attr(again, "deff")))
}
interval <- function(design, item, method) {
  there <- eval(bquote(subset(design, !is.na(.(as.name(item))))))
  found <- tryCatch(suppressWarnings(svyciprop(reformulate(item), there, method = method, df = degf(there))),
                    error = function(e) NULL)
  if (is.null(found)) NA else plain(attr(found, "ci"))
}
reference <- list(made_with = paste(R.version.string, "and survey", as.character(packageVersion("survey"))))

reference$items <- lapply(designs, function(design) named(paste0("sc", 1:6), function(item) of_item(design, item)))
reference$scores <- lapply(designs, function(design) named(c("c1", "c5"), function(item) of_item(design, item)))
reference$ratios <- lapply(designs, function(design)
  list(all = of_ratio(design, "s_all", "n_all"), a = of_ratio(design, "s_a", "n_a"), b = of_ratio(design, "s_b", "n_b")))

# ---- domains ---------------------------------------------------------------------------------------------------------
domain <- function(design, keep) of_ratio(design[keep, ], "s_all", "n_all")
groups <- expand.grid(sex = c("f", "m"), age = sort(unique(people$age)), stringsAsFactors = FALSE)
reference$domains <- lapply(designs[c("stratified", "both", "communes_fpc")], function(design) list(
  provinces = named(codes, function(code) domain(design, people$province == code)),
  groups = named(paste(groups$sex, groups$age), function(key)
    domain(design, paste(people$sex, people$age) == key))))

# ---- intervals, also where everybody or nobody is satisfied ----------------------------------------------------------
ways <- c("logit", "xlogit", "beta")
reference$intervals <- lapply(designs[c("simple", "stratified", "both")], function(design)
  named(paste0("sc", 1:8), function(item) named(ways, function(way) interval(design, item, way))))
reference$interval_domains <- named(codes, function(code)
  named(ways, function(way) interval(designs$stratified[people$province == code, ], "sc1", way)))
counts <- list(c(0, 12), c(12, 12), c(1, 20), c(25, 29), c(84, 100), c(0, 1000), c(999, 1000))
reference$exact <- lapply(counts, function(k) list(
  yes = k[1], n = k[2], clopper_pearson = plain(binom.test(k[1], k[2])$conf.int),
  wilson = plain(suppressWarnings(prop.test(k[1], k[2], correct = FALSE)$conf.int))))

# ---- combinations: mean of criteria, differences, covariance ----------------------------------------------------------
combined <- function(design) {           # ratios of satisfied to valid, each item its own domain
  s <- as.matrix(replace(people[paste0("s", items)], is.na(people[paste0("s", items)]), 0))
  v <- 1 * !is.na(people[items])
  colnames(v) <- paste0("v", items)
  design$variables <- cbind(design$variables[, c("id", "province", "sex")], s, v)
  totals <- svytotal(reformulate(c(colnames(s), colnames(v))), design)
  part <- function(i) sprintf("sc%d/vc%d", i, i)
  value <- function(text) { found <- svycontrast(totals, list(parse(text = text)[[1]])); list(value = plain(coef(found)), error = plain(SE(found))) }
  list(mean = value(paste0("(", paste(part(1:6), collapse = " + "), ")/6")),
       weighted = value(paste0("(", paste(1:6, part(1:6), sep = "*", collapse = " + "), ")/21")),
       difference = value(paste(part(1), "-", part(4))))
}
reference$combinations <- lapply(designs[c("stratified", "both", "communes_fpc")], combined)
pair <- svyratio(~s_a + s_b, ~n_a, designs$both, covmat = TRUE)
reference$covariance <- list(a_b_over_n_a = plain(vcov(pair)[1, 2]))

# ---- strata of a single unit ---------------------------------------------------------------------------------------
thin <- people[!(people$province %in% c("03", "04", "20", "34") & substr(people$commune, 3, 4) != "01"), ]
lonely <- list()
for (option in c("adjust", "certainty", "remove", "average")) {
  options(survey.lonely.psu = option)
  for (fpc in c("without", "with")) {
    design <- svydesign(~commune, strata = ~province, data = thin, weights = ~weight,
                        fpc = if (fpc == "with") ~communes_in_all else NULL)
    lonely[[option]][[fpc]] <- of_ratio(design, "s_all", "n_all")
  }
}
options(survey.lonely.psu = "fail")
thin$united <- ifelse(thin$province %in% c("03", "04"), "03+04",
               ifelse(thin$province %in% c("20", "21"), "20+21", ifelse(thin$province %in% c("33", "34"), "33+34", thin$province)))
lonely$collapse <- list(without = of_ratio(svydesign(~commune, strata = ~united, data = thin, weights = ~weight), "s_all", "n_all"))
frame <- tapply(thin$communes_in_all, thin$province, max)
thin$united_in_all <- vapply(strsplit(thin$united, "+", fixed = TRUE), function(part) sum(frame[part]), 0)
lonely$collapse$with <- of_ratio(svydesign(~commune, strata = ~united, data = thin, weights = ~weight, fpc = ~united_in_all), "s_all", "n_all")
reference$lonely <- lonely

# ---- raking, post-stratification, trimming ---------------------------------------------------------------------------
total <- 400000
by_sex <- data.frame(sex = c("f", "m"), Freq = total * c(0.51, 0.49))
by_age <- data.frame(age = sort(unique(people$age)), Freq = total * c(0.24, 0.31, 0.26, 0.19))
share <- 1 + (1:34 %% 7) / 3
by_province <- data.frame(province = codes, Freq = total * share / sum(share))
by_cell <- cbind(groups, Freq = total * c(0.13, 0.11, 0.16, 0.15, 0.13, 0.13, 0.1, 0.09))
after <- function(design) {
  item <- svymean(~sc1, design, na.rm = TRUE)
  logit <- svyciprop(~sc1, design, method = "xlogit", df = degf(design), na.rm = TRUE)
  list(item = list(value = plain(coef(item)), error = plain(SE(item)), df = degf(design), logit = plain(attr(logit, "ci"))),
       all = list(value = plain(coef(svyratio(~s_all, ~n_all, design))), error = plain(SE(svyratio(~s_all, ~n_all, design)))),
       men = { r <- svyratio(~s_all, ~n_all, subset(design, sex == "m")); list(value = plain(coef(r)), error = plain(SE(r))) })
}
raking <- function(design) rake(design, list(~sex, ~age, ~province), list(by_sex, by_age, by_province),
                                control = list(maxit = 500, epsilon = 1e-8 * 1e-6))
calibrated <- function(design) calibrate(design, list(~sex, ~age, ~province),
  population = list(by_sex, by_age, by_province), calfun = "raking", epsilon = 1e-13, maxit = 500)
reference$targets <- list(sex = setNames(by_sex$Freq, by_sex$sex), age = setNames(by_age$Freq, by_age$age),
                          province = setNames(by_province$Freq, by_province$province),
                          cell = setNames(by_cell$Freq, paste(by_cell$sex, by_cell$age)))
fitted <- function(design) list(
  raked = after(raking(design)), calibrated = after(calibrated(design)),
  post_stratified = after(postStratify(design, ~sex + age, by_cell)))
reference$fitted <- lapply(designs[c("stratified", "both", "communes_fpc")], fitted)
reference$weights <- list(raked = plain(weights(raking(designs$stratified))), post_stratified = plain(weights(postStratify(designs$stratified, ~sex + age, by_cell))))
heavy <- 2 * median(people$weight)
reference$trimmed <- list(heaviest = heavy, weights = plain(weights(trimWeights(designs$stratified, upper = heavy, strict = TRUE))))
reference$kish <- nrow(people) * sum(people$weight^2) / sum(people$weight)^2

# ---- two surveys -----------------------------------------------------------------------------------------------------
wave <- ifelse(people$province %in% codes[1:17], "one", "two")
halves <- update(designs$both, s1 = (wave == "one") * replace(sc2, is.na(sc2), 0), v1 = (wave == "one") * !is.na(sc2),
                 s2 = (wave == "two") * replace(sc2, is.na(sc2), 0), v2 = (wave == "two") * !is.na(sc2))
apart <- svycontrast(svytotal(~s1 + v1 + s2 + v2, halves), quote(s2 / v2 - s1 / v1))
first <- people$sc2[wave == "one"]; second <- people$sc2[wave == "two"]
welch <- t.test(second, first)
reference$difference <- list(
  design = list(value = plain(coef(apart)), error = plain(SE(apart)), normal = plain(confint(apart)),
                p_normal = plain(2 * pnorm(-abs(coef(apart) / SE(apart)))), t68 = plain(confint(apart, df = 68)),
                p68 = plain(2 * pt(-abs(coef(apart) / SE(apart)), 68))),
  welch = list(value = plain(diff(rev(unname(welch$estimate)))), error = unname(welch$stderr), df = unname(welch$parameter),
               interval = plain(welch$conf.int), p = welch$p.value))
pvalues <- c(runif(20)^4, 0.04, 0.04, 1e-9, 1)
reference$holm <- list(p = pvalues, adjusted = p.adjust(pvalues, "holm"))

# ---- quantiles -------------------------------------------------------------------------------------------------------
grid <- expand.grid(p = c(1e-10, 1e-4, 0.005, 0.025, 0.3, 0.5, 0.9, 0.975, 0.995, 0.99999), df = c(1, 1.5, 2, 3, 5, 10, 34, 102, 1000, 36491, 99999, 1e5, 1e7))
reference$t <- list(p = grid$p, df = grid$df, quantile = qt(grid$p, grid$df), tails = 2 * pt(-abs(qt(grid$p, grid$df)), grid$df))
shapes <- expand.grid(p = c(1e-6, 0.025, 0.5, 0.975, 0.9999), a = c(0.02, 0.7, 1, 3.3, 40, 2500, 80000), b = c(0.3, 1, 7.5, 900, 20000))
reference$beta <- list(p = shapes$p, a = shapes$a, b = shapes$b, quantile = qbeta(shapes$p, shapes$a, shapes$b),
                       cdf = pbeta(qbeta(shapes$p, shapes$a, shapes$b), shapes$a, shapes$b))
cat(written(reference), "\n", file = file.path(place, "reference.json"), sep = "")
