/*
 * What the machine can do with arrays that `speed.ts` builds by the same formulas:
 *
 * limitArrays sweep ACCOUNTS LEGS ASSETS: health of every account of a population.
 * limitArrays fold SCENARIOS FACTORS TAIL: losses of folded exposures, and the mean of the TAIL largest.
 *
 * For each line on stdin it runs once and prints the nanoseconds taken; at its end it prints results.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e9 + at.tv_nsec;
}

static void *room(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (memory == NULL) exit(2);
  return memory;
}

static uint32_t hash(uint32_t x) {
  x *= 2654435761u;
  x ^= x >> 15;
  x *= 2246822519u;
  return x ^ (x >> 13);
}

static uint32_t accounts, *offsets;
static uint16_t *assets;
static double *weights, *prices, *healths;

static void sweep(void) {
  uint32_t leg = 0;
  for (uint32_t account = 0; account < accounts; account++) {
    double collateral = 0, debt = 0;
    uint32_t end = offsets[account + 1];
    for (; leg < end; leg++) {
      double value = weights[leg] * prices[assets[leg]], size = fabs(value);
      collateral += size + value;
      debt += size - value;
    }
    healths[account] = debt > 0 ? collateral / debt : INFINITY;
  }
}

static void sweeps(uint32_t legs, uint32_t kinds) {
  size_t all = (size_t)accounts * legs;
  offsets = room((accounts + 1) * sizeof *offsets), assets = room(all * sizeof *assets);
  weights = room(all * sizeof *weights), healths = room(accounts * sizeof *healths);
  prices = room(kinds * sizeof *prices);
  for (uint32_t kind = 0; kind < kinds; kind++) prices[kind] = 1 + kind;
  for (uint32_t account = 0; account < accounts; account++) {
    uint32_t held = 1 + hash(account ^ 0xabcdefu) % (legs - 1);
    offsets[account + 1] = (account + 1) * legs;
    for (uint32_t leg = 0; leg < legs; leg++) {
      uint32_t at = account * legs + leg;
      assets[at] = hash(at) % kinds;
      weights[at] = (0.5 + (hash(at + 0x9e37u) % 1000) / 1000.0) * (leg < held ? 1 : -1);
    }
  }
  for (int c = getchar(); c != EOF; c = getchar()) {
    if (c != '\n') continue;
    double start = now();
    sweep();
    printf("%.0f\n", now() - start), fflush(stdout);
  }
  double sum = 0;
  for (uint32_t account = 0; account < accounts; account++) sum += healths[account];
  printf("%.17g\n", sum);
}

/* The `tail` largest to the end: quickselect by the middle. */
static void largest(double *values, int count, int tail) {
  int left = 0, right = count - 1, target = count - tail;
  while (left < right) {
    double pivot = values[left + (right - left) / 2];
    int low = left, high = right;
    while (low <= high) {
      while (values[low] < pivot) low++;
      while (values[high] > pivot) high--;
      if (low > high) break;
      double moved = values[low];
      values[low++] = values[high], values[high--] = moved;
    }
    if (high < target) left = low;
    if (low > target) right = high;
  }
}

static void folds(int scenarios, int factors, int tail) {
  size_t all = (size_t)scenarios * factors;
  double *moves = room(all * sizeof *moves), *exposures = room(factors * sizeof *exposures);
  double *losses = room(scenarios * sizeof *losses), shortfall = 0;
  for (size_t at = 0; at < all; at++) moves[at] = 0.1 * ((at * 7919 % 100003) / 100003.0 - 0.5);
  for (int factor = 0; factor < factors; factor++) exposures[factor] = 1000 * (factor * 13 % 29 - 14);
  for (int c = getchar(); c != EOF; c = getchar()) {
    if (c != '\n') continue;
    double start = now();
    for (int scenario = 0; scenario < scenarios; scenario++) {
      const double *row = moves + (size_t)scenario * factors;
      double a = 0, b = 0, e = 0, d = 0;
      int factor = 0;
      for (; factor + 3 < factors; factor += 4) {
        a += exposures[factor] * row[factor], b += exposures[factor + 1] * row[factor + 1];
        e += exposures[factor + 2] * row[factor + 2], d += exposures[factor + 3] * row[factor + 3];
      }
      for (; factor < factors; factor++) a += exposures[factor] * row[factor];
      losses[scenario] = -((a + b) + (e + d));
    }
    largest(losses, scenarios, tail);
    shortfall = 0;
    for (int at = scenarios - tail; at < scenarios; at++) shortfall += losses[at];
    shortfall /= tail;
    printf("%.0f\n", now() - start), fflush(stdout);
  }
  printf("%.17g\n", shortfall);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int first = atoi(argv[2]), second = atoi(argv[3]), third = atoi(argv[4]);
  if (strcmp(argv[1], "sweep") == 0) accounts = first, sweeps(second, third);
  else if (strcmp(argv[1], "fold") == 0) folds(first, second, third);
  else return 2;
  return 0;
}
