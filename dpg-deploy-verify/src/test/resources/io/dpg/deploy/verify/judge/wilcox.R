# Reads triples of lines (confidence; candidate; baseline), and prints for each what wilcox.test says: p-values two-sided,
# greater and less, then estimate and interval with tol.root of 1e-4 (the default) and of 1e-12, and the median difference.
options(warn = -1)
lines <- readLines(commandArgs(TRUE)[1])
numbers <- function(line) as.numeric(strsplit(line, " ")[[1]])
for (i in seq(1, length(lines), 3)) {
  level <- as.numeric(lines[i]); x <- numbers(lines[i + 1]); y <- numbers(lines[i + 2])
  p <- sapply(c("two.sided", "greater", "less"), function(a) wilcox.test(x, y, alternative = a)$p.value)
  interval <- function(tol) tryCatch({
    w <- wilcox.test(x, y, conf.int = TRUE, conf.level = level, tol.root = tol)
    c(w$estimate, w$conf.int)
  }, error = function(e) rep(NaN, 3))
  cat(sprintf("%.17g", c(p, interval(1e-4), interval(1e-12), median(outer(x, y, "-")))), "\n")
}
