/**
 * Kernels as a textbook has them, which the project's are measured against: Black-76 over arrays,
 * valuation by valuation, from `Math.log`, `Math.exp` and an erfc of full precision.
 */

/** Options on forwards as parallel arrays. */
export type TextbookBook = {
  readonly count: number
  /** 1 a call, 0 a put. */
  readonly call: Uint8Array
  readonly size: Float64Array
  readonly strike: Float64Array
  readonly forward: Float64Array
  readonly years: Float64Array
  readonly discount: Float64Array
  readonly reference: Float64Array
}

/** Σ size·(price − reference) for each column of volatility and spot multiplier, [columns × spots]. */
export function textbookGrid(
  book: TextbookBook,
  volatilities: Float64Array,
  spots: Float64Array,
  out: Float64Array,
): void {
  const columns = out.length / spots.length
  out.fill(0)
  for (let option = 0; option < book.count; option++) {
    for (let column = 0; column < columns; column++) {
      const volatility = volatilities[option * columns + column] ?? NaN
      for (let spot = 0; spot < spots.length; spot++) {
        const forward = (book.forward[option] ?? NaN) * (spots[spot] ?? NaN)
        const cell = column * spots.length + spot
        const price = textbookPrice(
          book.call[option] === 1,
          forward,
          book.strike[option] ?? NaN,
          volatility,
          book.years[option] ?? NaN,
          book.discount[option] ?? NaN,
        )
        out[cell] =
          (out[cell] ?? NaN) +
          (book.size[option] ?? NaN) * (price - (book.reference[option] ?? NaN))
      }
    }
  }
}

/** Black-76, discounted. */
export function textbookPrice(
  isCall: boolean,
  forward: number,
  strike: number,
  volatility: number,
  years: number,
  discount: number,
): number {
  const total = volatility * Math.sqrt(years)
  const d1 = Math.log(forward / strike) / total + total / 2
  const d2 = d1 - total
  return isCall
    ? discount * (forward * cdf(d1) - strike * cdf(d2))
    : discount * (strike * cdf(-d2) - forward * cdf(-d1))
}

function cdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2)
}

/** W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969). */
function erfc(x: number): number {
  const y = Math.abs(x)
  if (y <= 0.46875) return 1 - erfNearZero(x)
  const tail = Math.exp(-y * y) * (y <= 4 ? scaledMiddle(y) : scaledFar(y))
  return x < 0 ? 2 - tail : tail
}

function erfNearZero(x: number): number {
  const t = x * x
  const p =
    (((0.18577770618460315 * t + 3.1611237438705655) * t + 113.86415415105016) * t +
      377.485237685302) *
      t +
    3209.3775891384694
  const q =
    (((t + 23.601290952344122) * t + 244.02463793444417) * t + 1282.6165260773723) * t +
    2844.236833439171
  return (x * p) / q
}

function scaledMiddle(y: number): number {
  const low =
    (((2.1531153547440383e-8 * y + 0.5641884969886701) * y + 8.883149794388377) * y +
      66.11919063714163) *
      y +
    298.6351381974001
  const p =
    (((low * y + 881.952221241769) * y + 1712.0476126340707) * y + 2051.0783778260716) * y +
    1230.3393547979972
  const high =
    (((y + 15.744926110709835) * y + 117.6939508913125) * y + 537.1811018620099) * y +
    1621.3895745666903
  const q =
    (((high * y + 3290.7992357334597) * y + 4362.619090143247) * y + 3439.3676741437216) * y +
    1230.3393548037495
  return p / q
}

function scaledFar(y: number): number {
  const t = 1 / (y * y)
  const p =
    ((((0.016315387137302097 * t + 0.30532663496123236) * t + 0.36034489994980445) * t +
      0.12578172611122926) *
      t +
      0.016083785148742275) *
      t +
    0.0006587491615298378
  const q =
    ((((t + 2.568520192289822) * t + 1.8729528499234604) * t + 0.5279051029514285) * t +
      0.06051834131244132) *
      t +
    0.0023352049762686918
  return (0.5641895835477563 - (t * p) / q) / y
}
