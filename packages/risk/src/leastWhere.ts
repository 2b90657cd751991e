/**
 * The least double above `low` and up to `high` at which a condition holds that holds from some point
 * on, by bisection until no double lies between; where it holds nowhere before, `high`.
 */
export function leastWhere(low: number, high: number, holds: (x: number) => boolean): number {
  let without = low
  let least = high
  let middle = without + (least - without) / 2
  while (without < middle && middle < least) {
    if (holds(middle)) least = middle
    else without = middle
    middle = without + (least - without) / 2
  }
  return least
}
