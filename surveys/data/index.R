# Prints the figures of a survey from the files of its export, as 'loa report' has them:
#
#     Rscript index.R
#
# Needs R and the package survey only. Conventions: a stratum with a single response is united with the next one by
# name, the last with the one before; a criterion left out is a domain; intervals are logit with Student's t, and those
# of Korn and Graubard where the effective sample is under 30 or nothing varies; the value of a part is the mean of its
# criteria of ten answers or more, its error that of the pooled ratio; what has fewer than ten responses is not printed.
# Where there is margins.csv, a second round has the weights fitted to it, as 'loa report --raked': who left a question of
# a margin out keeps the share that they have; one margin alone is post-stratified, several are raked; weights over so
# many medians of the first fit are cut and raked again.
suppressWarnings(suppressMessages(library(survey)))
options(digits = 17, survey.lonely.psu = "fail")
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
if (length(script)) setwd(dirname(script))

table_of <- function(name) {
  found <- read.csv(name, colClasses = "character", check.names = FALSE, fileEncoding = "UTF-8-BOM")
  found[] <- lapply(found, function(cell) sub("^'([=+@-])", "\\1", cell))
  found
}
questions <- table_of("questions.csv")
strata <- table_of("design.csv")
people <- table_of("responses.csv")
people <- people[people$excluded == "0", ]
criteria <- questions[questions$factor != "", ]
random <- strata$recruiting[1] != "open"
if (nrow(people) < 10) { cat("fewer than ten responses\n"); quit() }

# ---- strata: those of one response united with their neighbours, and how many people each has
names_in_order <- sort(unique(people$stratum), method = "radix")
sizes <- table(people$stratum)
populations <- setNames(suppressWarnings(as.numeric(strata$population)), strata$stratum)
groups <- list()
is_lonely <- function(g) g$n == 1 && (is.na(g$N) || g$N > 1)
joined <- function(a, b) list(names = c(a$names, b$names), n = a$n + b$n, N = a$N + b$N)
for (name in names_in_order) {
  N <- populations[[name]]
  new <- list(names = name, n = as.numeric(sizes[[name]]), N = if (!is.na(N) && N >= sizes[[name]]) N else NA)
  k <- length(groups)
  if (k && is_lonely(groups[[k]])) groups[[k]] <- joined(groups[[k]], new) else groups[[k + 1]] <- new
}
k <- length(groups)
if (k > 1 && is_lonely(groups[[k]])) groups <- c(groups[seq_len(k - 2)], list(joined(groups[[k - 1]], groups[[k]])))
for (i in seq_along(groups)) {
  inside <- people$stratum %in% groups[[i]]$names
  people[inside, ".h"] <- i
  people[inside, ".N"] <- if (is.na(groups[[i]]$N)) 1e15 else groups[[i]]$N
}
people$.w <- as.numeric(people$weight)
drawn <- svydesign(ids = ~1, strata = ~.h, weights = ~.w, fpc = ~.N, data = people)

# ---- satisfied and valid answers
columns <- criteria$column
valid <- sapply(columns, function(id) people[[id]] != "")
satisfied <- mapply(function(id, codes) people[[id]] %in% strsplit(codes, " ")[[1]], columns, criteria$satisfied)
weights_of <- as.numeric(criteria$weight)
counts <- colSums(valid)

around <- function(p, v, n, df, effect) {
  if (is.na(v) || df < 1 || n < 2) return(c(NA, NA))
  known <- if (p > 0 && p < 1 && v > 1e-15) p * (1 - p) / v else NA
  if (!is.na(known) && known >= 30) {
    return(plogis(qlogis(p) + c(-1, 1) * qt(0.975, df) * sqrt(v) / (p * (1 - p))))
  }
  size <- if (is.na(known)) n / effect else known
  if (df != n - 1) size <- size * (qt(0.025, n - 1) / qt(0.025, df))^2
  c(qbeta(0.025, size * p, size * (1 - p) + 1), qbeta(0.975, size * p + 1, size * (1 - p)))
}
kish <- function(w) length(w) * sum(w^2) / sum(w)^2

printed <- function(name, n, p, v, df, effect, effective) {
  if (n < 10) return(invisible())
  interval <- if (random) 100 * around(p, v, n, df, effect) else c(NA, NA)
  told <- c(100 * p, interval, if (random) c(100 * sqrt(v), df, effective) else c(NA, NA, NA))
  cat(name, n, formatC(told, digits = 17, format = "g"), sep = ",")
  cat("\n")
}
figures <- function(design, before = "") {
  w <- weights(design)
  shares <- colSums(w * satisfied) / colSums(w * valid)
  part <- function(name, chosen) {
    among <- chosen & counts >= 10
    s <- as.vector(satisfied[, chosen, drop = FALSE] %*% weights_of[chosen])
    v <- as.vector(valid[, chosen, drop = FALSE] %*% weights_of[chosen])
    there <- subset(update(design, .s = s, .v = v), .v > 0)
    found <- svyratio(~.s, ~.v, there)
    n <- sum(v > 0)
    if (max(counts[chosen]) < 10) n <- max(counts[chosen])
    p <- sum(shares[among] * weights_of[among]) / sum(weights_of[among])
    printed(paste0(before, name), n, p, as.numeric(vcov(found)), degf(there), kish(w), n / kish(w))
  }
  part("overall", rep(TRUE, length(columns)))
  for (id in unique(criteria$domain)) part(paste0("domain:", id), criteria$domain == id)
  for (id in unique(criteria$factor)) part(paste0("factor:", id), criteria$factor == id)
  for (i in seq_along(columns)) {
    if (counts[i] < 10) next
    there <- subset(update(design, .y = as.numeric(satisfied[, i]), .there = valid[, i]), .there)
    found <- svymean(~.y, there, deff = "replace")
    v <- as.numeric(vcov(found)); n <- as.numeric(counts[i]); own <- kish(w[valid[, i]])
    effective <- if (v > 1e-15) n / as.numeric(deff(found)) else n / own
    name <- paste0(before, "criterion:", criteria$id[i])
    printed(name, n, as.numeric(coef(found)), v, degf(there), own, effective)
  }
}

# ---- weights fitted to margins: the category of each response, and how many people each category has
fitted_to <- function(margins) {
  names <- unique(margins$margin)
  targets <- list()
  for (k in seq_along(names)) {
    known <- margins[margins$margin == names[k], ]
    cells <- people[strsplit(known$columns[1], " ")[[1]]]
    code <- ifelse(rowSums(cells == "") > 0, "", do.call(paste, cells))
    people[paste0(".m", k)] <<- code
    silent <- sum(people$.w[code == ""]) / sum(people$.w)
    share <- as.numeric(known$people)
    of <- data.frame(code = c(if (silent > 0) "", known$codes), Freq = sum(people$.w) *
                       c(if (silent > 0) silent, share / sum(share) * (1 - silent)))
    targets[[k]] <- setNames(of[of$Freq > 0, ], c(paste0(".m", k), "Freq"))
  }
  over <- lapply(seq_along(names), function(k) as.formula(paste0("~.m", k)))
  fine <- list(maxit = 1000, epsilon = 1e-14)
  from <- function(w) svydesign(ids = ~1, strata = ~.h, weights = w, fpc = ~.N, data = people)
  raked <- function(w) rake(from(w), over, targets, control = fine)
  found <- if (length(names) > 1) raked(people$.w) else postStratify(from(people$.w), over[[1]], targets[[1]])
  trim <- as.numeric(margins$trim[1])
  if (!is.na(trim) && max(weights(found)) > trim * median(weights(found)) * (1 + 1e-9)) {
    most <- trim * median(weights(found))
    rounds <- 0
    while (max(weights(found)) > most * (1 + 1e-9)) {
      if ((rounds <- rounds + 1) > 200) stop("the margins need heavier weights than 'trim' allows")
      found <- raked(weights(trimWeights(from(weights(found)), upper = most, strict = TRUE)))
    }
  }
  # the package takes the margins out of residuals in ten rounds, which leaves 1e-7 of them where people are few
  if (length(names) > 1) {
    swept <- found$postStrata[[1]]
    found$postStrata[[1]] <- structure(rep(unclass(swept), 10), class = class(swept))
  }
  found
}

cat("figure,n,value,low,high,error,df,effective_n\n")
figures(drawn)
if (file.exists("margins.csv")) figures(fitted_to(table_of("margins.csv")), "raked:")
