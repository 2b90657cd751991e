import { log } from '../pricing/log.js'
import { power } from '../pricing/power.js'

/** Above it a sample narrows the pivots first. */
const SAMPLED = 600

/**
 * Moves the `count` largest values of `values` to its end, in place and without allocation, so that
 * `values[values.length − count]` is the count-th largest. `count` is from 1 to the length.
 *
 * Quickselect (C. A. R. Hoare, CACM 4 (1961) 321) with pivots from a sample (R. W. Floyd and
 * R. L. Rivest, CACM 18 (1975) 165–172); a range that does not shrink as it should is sorted.
 */
export function selectLargest(values: Float64Array, count: number): void {
  const rounds = 8 + 4 * Math.ceil(log(values.length + 1))
  narrow(values, values.length - count, 0, values.length - 1, rounds)
}

function narrow(
  values: Float64Array,
  target: number,
  from: number,
  to: number,
  rounds: number,
): void {
  let left = from
  let right = to
  for (let round = 0; left < right; round++) {
    if (round > rounds) {
      values.subarray(left, right + 1).sort()
      return
    }
    if (right - left > SAMPLED) sample(values, target, left, right, rounds)
    const pivot = values[target] ?? NaN
    let low = left
    let high = right
    while (low <= high) {
      while ((values[low] ?? NaN) < pivot) low += 1
      while ((values[high] ?? NaN) > pivot) high -= 1
      if (low > high) break
      const moved = values[low] ?? NaN
      values[low] = values[high] ?? NaN
      values[high] = moved
      low += 1
      high -= 1
    }
    if (high < target) left = low
    if (low > target) right = high
  }
}

/** Puts at `target` a value that is likely just beyond the wanted one, by a sample about it. */
function sample(
  values: Float64Array,
  target: number,
  left: number,
  right: number,
  rounds: number,
): void {
  const size = right - left + 1
  const share = (target - left + 1) / size
  const sampled = 0.5 * power(size, 2 / 3)
  const spread = 0.5 * Math.sqrt(log(size) * sampled * (1 - sampled / size))
  const margin = share < 0.5 ? -spread : spread
  const first = Math.floor(target - share * sampled + margin)
  const last = Math.floor(target + (1 - share) * sampled + margin)
  narrow(values, target, Math.max(left, first), Math.min(right, last), rounds)
}
