# Reference values of R's spdep for four data sets that libpysal carries.
#
#   Rscript make_reference.R FOLDER_OF_LIBPYSAL_EXAMPLES OUTPUT_FOLDER
#
# Writes global.csv, local_<data>.csv and versions.csv; the tests read these and need no R. Debian: r-cran-spdep.
suppressPackageStartupMessages({library(sf); library(spdep)})
options(digits = 17)
arguments <- commandArgs(trailingOnly = TRUE)
examples <- arguments[1]
output <- arguments[2]
simulations <- 9999

read <- function(path) suppressWarnings(st_read(file.path(examples, path), quiet = TRUE))

columbus <- read("columbus/columbus.shp")
sids <- read("sids2/sids2.shp")
georgia <- read("georgia/G_utm.shp")
baltimore <- read("baltim/baltim.shp")
sids_gal <- read.gal(file.path(examples, "sids2/sids2.gal"), override.id = TRUE)
baltimore_points <- cbind(baltimore$X, baltimore$Y)

sets <- list(
  columbus = list(nb = poly2nb(columbus, queen = TRUE), x = columbus$CRIME, y = columbus$INC, threshold = 35,
                  events = NULL, population = NULL),
  sids = list(nb = sids_gal, x = sids$SIDR74, y = sids$NWR74, threshold = 2, events = sids$SID74, population = sids$BIR74),
  georgia = list(nb = poly2nb(georgia, queen = TRUE), x = georgia$PctBach, y = georgia$PctBlack, threshold = 10,
                 events = floor(georgia$PctPov / 100 * georgia$TotPop90 + 0.5), population = georgia$TotPop90),
  baltimore = list(nb = knn2nb(knearneigh(baltimore_points, k = 4)), x = baltimore$PRICE, y = baltimore$AGE,
                   threshold = 40, events = NULL, population = NULL)
)

rows <- list()
put <- function(data, statistic, quantity, value) {
  rows[[length(rows) + 1]] <<- data.frame(data = data, statistic = statistic, quantity = quantity,
                                          value = formatC(as.numeric(value), digits = 17, format = "g", width = 1))
}

global_values <- function(name, set) {
  w <- nb2listw(set$nb, style = "W")
  b <- nb2listw(set$nb, style = "B")
  x <- set$x
  for (style in c("W", "B")) {
    listw <- if (style == "W") w else b
    constants <- spweights.constants(listw)
    for (which in c("S0", "S1", "S2")) put(name, paste0("weights-", style), which, constants[[which]])
    for (randomised in c(TRUE, FALSE)) {
      kind <- paste(style, if (randomised) "randomisation" else "normality", sep = "-")
      i <- moran.test(x, listw, randomisation = randomised, alternative = "two.sided")
      c <- geary.test(x, listw, randomisation = randomised, alternative = "two.sided")
      for (answer in list(list("moran", i), list("geary", c))) {
        statistic <- paste(answer[[1]], kind, sep = "-")
        put(name, statistic, "value", answer[[2]]$estimate[1])
        put(name, statistic, "expectation", answer[[2]]$estimate[2])
        put(name, statistic, "variance", answer[[2]]$estimate[3])
        put(name, statistic, "p", answer[[2]]$p.value)
      }
    }
  }
  g <- globalG.test(x, b, alternative = "two.sided")
  for (place in 1:3) put(name, "getis-ord-g", c("value", "expectation", "variance")[place], g$estimate[place])
  put(name, "getis-ord-g", "p", g$p.value)
  colour <- factor(ifelse(x > set$threshold, "black", "white"), levels = c("black", "white"))
  for (style in c("W", "B")) {
    listw <- if (style == "W") w else b
    for (sampling in c("nonfree", "free")) {
      joins <- joincount.test(colour, listw, sampling = sampling, alternative = "greater")
      for (place in 1:2) {
        statistic <- paste("join-counts", style, sampling, c("bb", "ww")[place], sep = "-")
        for (number in 1:3) {
          put(name, statistic, c("value", "expectation", "variance")[number], joins[[place]]$estimate[number])
        }
      }
    }
    # joincount.multi gives nonfree sampling; its rows are BB, WW, BW and the sum of different colours.
    multi <- joincount.multi(colour, listw)
    statistic <- paste("join-counts", style, "nonfree-bw", sep = "-")
    for (number in 1:3) put(name, statistic, c("value", "expectation", "variance")[number], multi[3, number])
  }
  l <- lee.test(x, set$y, w, alternative = "two.sided")
  for (place in 1:3) put(name, "lee", c("value", "expectation", "variance")[place], l$estimate[place])
  # The variance of lee.test (1.2-7) contradicts spdep's own permutations; the tests use these.
  set.seed(7)
  shuffled <- lee.mc(x, set$y, w, nsim = simulations)$res[1:simulations]
  put(name, "lee-permutations", "expectation", mean(shuffled))
  put(name, "lee-permutations", "variance", var(shuffled))
  put(name, "lee", "pearson", cor(x, set$y))
  put(name, "lee", "spearman", cor(x, set$y, method = "spearman"))
  set.seed(1)
  put(name, "bivariate-moran", "value", moran_bv(x, set$y, w, nsim = 9)$t0)
  set.seed(2)
  simulated <- moran.mc(x, w, nsim = simulations)$res
  above <- sum(simulated[1:simulations] >= simulated[simulations + 1])
  put(name, "moran-permutations", "p", min(1, 2 * (min(above, simulations - above) + 1) / (simulations + 1)))
  if (!is.null(set$events)) {
    set.seed(3)
    eb <- EBImoran.mc(set$events, set$population, w, nsim = simulations)
    put(name, "eb-moran", "value", eb$statistic)
    put(name, "eb-moran", "p", min(1, 2 * min(eb$p.value, 1 - eb$p.value)))
    set.seed(3)
    put(name, "eb-moran-B", "value", EBImoran.mc(set$events, set$population, b, nsim = 9)$statistic)
    parameters <- attr(EBest(set$events, set$population), "parameters")
    put(name, "empirical-bayes", "a", parameters$a)
    put(name, "empirical-bayes", "b", parameters$b)
  }
}

local_values <- function(name, set) {
  w <- nb2listw(set$nb, style = "W")
  b <- nb2listw(set$nb, style = "B")
  starred <- nb2listw(include.self(set$nb), style = "B")
  i <- localmoran(set$x, w, conditional = TRUE)
  g <- localG(set$x, b, return_internals = TRUE)
  gstar <- localG(set$x, starred, return_internals = TRUE)
  # localmoran_perm (1.2-7) draws with replacement, so its p are near the conditional ones only.
  permuted <- localmoran_perm(set$x, w, nsim = simulations, iseed = 4)
  inside <- attr(g, "internals")
  inside_star <- attr(gstar, "internals")
  table <- data.frame(
    x = set$x, y = set$y, neighbours = card(set$nb),
    moran = i[, 1], moran_expectation = i[, 2], moran_variance = i[, 3],
    moran_p = permuted[, "Pr(z != E(Ii)) Sim"],
    gi = inside[, 1], gi_expectation = inside[, 2], gi_variance = inside[, 3], gi_z = as.numeric(g),
    gistar = inside_star[, 1], gistar_expectation = inside_star[, 2], gistar_variance = inside_star[, 3],
    gistar_z = as.numeric(gstar),
    geary = localC(set$x, w)
  )
  if (!is.null(set$events)) {
    table$events <- set$events
    table$population <- set$population
    table$empirical_bayes <- EBest(set$events, set$population)$estmm
    table$spatial_empirical_bayes <- EBlocal(set$events, set$population, set$nb)$est
  }
  colour <- factor(ifelse(set$x > set$threshold, "black", "white"), levels = c("black", "white"))
  joins <- local_joincount_uni(colour, "black", b, nsim = 9, iseed = 5)
  table$join_counts <- ifelse(is.na(joins[, 1]), 0, joins[, 1])
  table$bivariate_moran <- localmoran_bv(set$x, set$y, w, nsim = 9, iseed = 6)[, 1]
  table[] <- lapply(table, function(column) formatC(as.numeric(column), digits = 17, format = "g", width = 1))
  write.csv(table, file.path(output, paste0("local_", name, ".csv")), row.names = FALSE, quote = FALSE)
}

links <- function(name, set) {
  lists <- lapply(set$nb, function(row) paste(row, collapse = " "))
  write.csv(data.frame(area = seq_along(lists), neighbours = unlist(lists)),
            file.path(output, paste0("neighbours_", name, ".csv")), row.names = FALSE, quote = FALSE)
}

for (name in names(sets)) {
  global_values(name, sets[[name]])
  local_values(name, sets[[name]])
  links(name, sets[[name]])
}
write.csv(do.call(rbind, rows), file.path(output, "global.csv"), row.names = FALSE, quote = FALSE)
versions <- data.frame(software = c("R", "spdep", "sf"),
                       version = c(paste(R.version$major, R.version$minor, sep = "."),
                                   as.character(packageVersion("spdep")), as.character(packageVersion("sf"))))
write.csv(versions, file.path(output, "versions.csv"), row.names = FALSE, quote = FALSE)
