/*
 * What the machine can do: the stress grid in C, four options at a time with AVX2 and FMA.
 * F·phi(d1) = K·phi(d2), so one exponential and one division serve both tails.
 *
 * limit FILE: FILE holds [count, columns, spots] and the arrays that `limit.ts` writes, as doubles.
 * For each line on stdin it values the book once and prints the nanoseconds taken; at its end it
 * prints the totals, [columns x spots].
 */
#include <immintrin.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef __m256d V;
#define SET(x) _mm256_set1_pd(x)
#define ADD _mm256_add_pd
#define SUB _mm256_sub_pd
#define MUL _mm256_mul_pd
#define FMA _mm256_fmadd_pd
#define FNMA _mm256_fnmadd_pd

/* e^x for -708 <= x <= 0: x = k ln 2 + r, Taylor to r^11, k through the magic number 2^52 + 2^51. */
static inline V exponential(V x) {
  const V magic = SET(6755399441055744.0);
  V shifted = FMA(x, SET(1.4426950408889634), magic);
  V k = SUB(shifted, magic);
  V r = FNMA(k, SET(7.440617110012397e-11), FNMA(k, SET(0.6931471804855391), x));
  V r2 = MUL(r, r), r4 = MUL(r2, r2);
  V a = FMA(r, SET(1.0), SET(1.0));
  V b = FMA(r, SET(1.0 / 6), SET(1.0 / 2));
  V c = FMA(r, SET(1.0 / 120), SET(1.0 / 24));
  V d = FMA(r, SET(1.0 / 5040), SET(1.0 / 720));
  V e = FMA(r, SET(1.0 / 362880), SET(1.0 / 40320));
  V f = FMA(r, SET(1.0 / 39916800), SET(1.0 / 3628800));
  V low = FMA(r2, b, a);
  V middle = FMA(r2, d, c);
  V high = FMA(r2, f, e);
  V p = FMA(r4, FMA(r4, high, middle), low);
  __m256i exponent = _mm256_slli_epi64(_mm256_castpd_si256(shifted), 52);
  return _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(p), exponent));
}

/* Phi(-y) = e^(-y^2/2) P(y)/Q(y), y >= 0: J. F. Hart, Computer Approximations (1968), no. 5666. */
static inline V numerator(V y) {
  V p = FMA(y, SET(0.0352624965998911), SET(0.700383064443688));
  p = FMA(p, y, SET(6.37396220353165));
  p = FMA(p, y, SET(33.912866078383));
  p = FMA(p, y, SET(112.079291497871));
  p = FMA(p, y, SET(221.213596169931));
  return FMA(p, y, SET(220.206867912376));
}

static inline V denominator(V y) {
  V q = FMA(y, SET(0.0883883476483184), SET(1.75566716318264));
  q = FMA(q, y, SET(16.064177579207));
  q = FMA(q, y, SET(86.7807322029461));
  q = FMA(q, y, SET(296.564248779674));
  q = FMA(q, y, SET(637.333633378831));
  q = FMA(q, y, SET(793.826512519948));
  return FMA(q, y, SET(440.413735824752));
}

static int count, columns, spots;
static double *sign, *size, *strike, *forward, *root, *discount, *reference, *moneyness, *volatility;
static double *multiplier, *logarithm;

static void grid(V *total, double *out) {
  const V signBit = SET(-0.0), zero = _mm256_setzero_pd();
  for (int cell = 0; cell < columns * spots; cell++) total[cell] = zero;
  for (int o = 0; o < count; o += 4) {
    V s = _mm256_loadu_pd(sign + o);
    V q = MUL(_mm256_loadu_pd(size + o), _mm256_loadu_pd(discount + o));
    V onForward = MUL(MUL(s, q), _mm256_loadu_pd(forward + o));
    V onStrike = MUL(MUL(s, q), _mm256_loadu_pd(strike + o));
    V base = MUL(_mm256_loadu_pd(size + o), _mm256_loadu_pd(reference + o));
    V ratio = _mm256_loadu_pd(moneyness + o);
    V sqrtYears = _mm256_loadu_pd(root + o);
    for (int c = 0; c < columns; c++) {
      V vol = MUL(_mm256_loadu_pd(volatility + (size_t)c * count + o), sqrtYears);
      V slope = _mm256_div_pd(s, vol), shift = MUL(s, vol), half = MUL(shift, SET(0.5));
      V *row = total + c * spots;
      for (int i = 0; i < spots; i++) {
        V d1 = FMA(ADD(ratio, SET(logarithm[i])), slope, half);
        V d2 = SUB(d1, shift);
        V y1 = _mm256_andnot_pd(signBit, d1), y2 = _mm256_andnot_pd(signBit, d2);
        V above1 = _mm256_cmp_pd(d1, zero, _CMP_GT_OQ), above2 = _mm256_cmp_pd(d2, zero, _CMP_GT_OQ);
        V moved = MUL(onForward, SET(multiplier[i]));
        V square = _mm256_max_pd(MUL(MUL(d1, d1), SET(-0.5)), SET(-700.0));
        V q1 = denominator(y1), q2 = denominator(y2);
        V p1 = _mm256_xor_pd(numerator(y1), _mm256_and_pd(above1, signBit));
        V p2 = _mm256_xor_pd(numerator(y2), _mm256_and_pd(above2, signBit));
        V tails = _mm256_div_pd(_mm256_fmsub_pd(p1, q2, MUL(p2, q1)), MUL(q1, q2));
        V whole = SUB(_mm256_and_pd(above1, moved), _mm256_and_pd(above2, onStrike));
        V value = FMA(MUL(moved, exponential(square)), tails, whole);
        row[i] = ADD(row[i], SUB(value, base));
      }
    }
  }
  for (int cell = 0; cell < columns * spots; cell++) {
    double lane[4];
    _mm256_storeu_pd(lane, total[cell]);
    out[cell] = (lane[0] + lane[1]) + (lane[2] + lane[3]);
  }
}

static double *take(FILE *file, size_t length) {
  double *values = malloc(length * sizeof(double));
  if (values == NULL || fread(values, sizeof(double), length, file) != length) exit(2);
  return values;
}

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) return 2;
  double *head = take(file, 3);
  count = (int)head[0], columns = (int)head[1], spots = (int)head[2];
  if (count % 4 != 0) return 2;
  sign = take(file, count), size = take(file, count), strike = take(file, count);
  forward = take(file, count), root = take(file, count), discount = take(file, count);
  reference = take(file, count), moneyness = take(file, count);
  volatility = take(file, (size_t)count * columns);
  multiplier = take(file, spots), logarithm = take(file, spots);
  size_t cells = (size_t)columns * spots;
  V *total = aligned_alloc(32, cells * sizeof(V));
  double *out = malloc(cells * sizeof(double));
  for (int c = getchar(); c != EOF; c = getchar()) {
    if (c != '\n') continue;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    grid(total, out);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.0f\n", (end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec));
    fflush(stdout);
  }
  for (size_t cell = 0; cell < cells; cell++) printf("%.17g\n", out[cell]);
  return 0;
}
