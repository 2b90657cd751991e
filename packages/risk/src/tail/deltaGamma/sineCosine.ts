const INVERSE_HALF_PI = 0.6366197723675814
/** The leading 33 bits of π/2: its product with a quadrant below 2²⁰ is exact. */
const HALF_PI_HIGH = 1.5707963267341256
/** π/2 − HALF_PI_HIGH. */
const HALF_PI_LOW = 6.077100506506192e-11

/**
 * Writes cos x and sin x to `out[0]` and `out[1]`, to about 1e-16 for |x| below 10⁵, from + − × ÷ alone:
 * the same bits on every engine. Quadrants by two parts of π/2, then Taylor about 0.
 */
export function sineCosineInto(out: Float64Array, x: number): void {
  const quadrant = Math.round(x * INVERSE_HALF_PI)
  const r = x - quadrant * HALF_PI_HIGH - quadrant * HALF_PI_LOW
  const t = r * r
  const cosine =
    1 -
    (t / 2) *
      (1 -
        (t / 12) *
          (1 -
            (t / 30) *
              (1 - (t / 56) * (1 - (t / 90) * (1 - (t / 132) * (1 - (t / 182) * (1 - t / 240)))))))
  const sine =
    r *
    (1 -
      (t / 6) *
        (1 -
          (t / 20) *
            (1 -
              (t / 42) *
                (1 -
                  (t / 72) * (1 - (t / 110) * (1 - (t / 156) * (1 - (t / 210) * (1 - t / 272))))))))
  const isOdd = quadrant % 2 !== 0
  const turn = ((quadrant % 4) + 4) % 4
  out[0] = (isOdd ? sine : cosine) * (turn === 1 || turn === 2 ? -1 : 1)
  out[1] = (isOdd ? cosine : sine) * (turn >= 2 ? -1 : 1)
}
