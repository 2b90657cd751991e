import { exp } from '../pricing/exp.js'
import { power } from '../pricing/power.js'
import { evaluateSides } from '../program/evaluate.js'
import type { Program } from '../program/program.js'
import type { Path } from './path.js'
import { multipliersAt } from './path.js'
import { bisect } from './powerSum.js'

/** Moves beyond a ten-thousandth or ten thousand times today's price are not searched. */
export const SCAN_RANGE = { from: 1e-4, to: 1e4 } as const
/** Width of a cell in ln x, near today and far from it. */
const FINE = 0.005
const COARSE = 0.05
const FINE_RANGE = 1

/**
 * Sign changes of a test without a closed form (options), on a logarithmic grid with every strike as
 * a point. A cell whose ends agree but whose inside bends toward zero is searched for its extreme, so
 * that two roots in one cell are not missed.
 */
export function scanCandidates(program: Program, test: number, path: Path): readonly number[] {
  const multipliers = new Float64Array(program.marks.length + 1)
  const sides = new Float64Array(2)
  const surplus = (x: number) => {
    evaluateSides(program.tests, test, multipliersAt(path, x, multipliers), 0, sides)
    return (sides[0] ?? NaN) - (sides[1] ?? NaN)
  }
  const points = gridPoints(program, test, path)
  const values = points.map(surplus)
  const roots: number[] = []
  for (const [index, right] of points.entries()) {
    const left = points[index - 1]
    if (left === undefined) continue
    const root = bisect(surplus, left, right)
    if (root !== null) roots.push(root)
  }
  for (let index = 1; index + 1 < points.length; index++) {
    roots.push(...rootsAroundExtreme(surplus, points, values, index))
  }
  return roots
}

/** Two roots beside a grid point that is nearer to zero than both neighbours of the same sign. */
function rootsAroundExtreme(
  surplus: (x: number) => number,
  points: readonly number[],
  values: readonly number[],
  index: number,
): readonly number[] {
  const [before = NaN, here = NaN, after = NaN] = values.slice(index - 1, index + 2)
  const side = Math.sign(here)
  const bends = before * side >= here * side && after * side >= here * side && here * side > 0
  if (!bends) return []
  const left = points[index - 1] ?? NaN
  const right = points[index + 1] ?? NaN
  const extreme = leastBetween((x) => side * surplus(x), left, right)
  if (side * surplus(extreme) > 0) return []
  const inner = [bisect(surplus, left, extreme), bisect(surplus, extreme, right)]
  return inner.filter((root) => root !== null)
}

/** The place of the least value of a function with one dip between two points (golden section). */
function leastBetween(f: (x: number) => number, left: number, right: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let low = left
  let high = right
  let inner = high - ratio * (high - low)
  let outer = low + ratio * (high - low)
  let atInner = f(inner)
  let atOuter = f(outer)
  while (high - low > 1e-9 * high) {
    if (atInner < 0) return inner
    if (atOuter < 0) return outer
    if (atInner < atOuter) {
      high = outer
      outer = inner
      atOuter = atInner
      inner = high - ratio * (high - low)
      atInner = f(inner)
    } else {
      low = inner
      inner = outer
      atInner = atOuter
      outer = low + ratio * (high - low)
      atOuter = f(outer)
    }
  }
  return atInner < atOuter ? inner : outer
}

function gridPoints(program: Program, test: number, { exponents }: Path): readonly number[] {
  const points = new Set<number>([1, SCAN_RANGE.from, SCAN_RANGE.to])
  for (let offset = FINE; exp(offset) < SCAN_RANGE.to; ) {
    points.add(exp(offset))
    points.add(exp(-offset))
    offset += offset < FINE_RANGE ? FINE : COARSE
  }
  const { standard, scenario } = program.tests
  const underlyings = [...(standard[test]?.markets ?? []), ...(scenario[test]?.books ?? [])]
  for (const { spot, spotMark, expiries } of underlyings) {
    for (const expiry of expiries) {
      for (const { strike } of expiry.options) {
        const levels = [
          { level: strike / spot, mark: spotMark },
          { level: (strike - expiry.forwardFixed) / expiry.forward, mark: expiry.forwardMark },
        ]
        for (const { level, mark } of levels) {
          const exponent = exponents[mark] ?? 0
          if (exponent !== 0 && level > 0 && level < Infinity)
            points.add(power(level, 1 / exponent))
        }
      }
    }
  }
  return [...points].filter((x) => x >= SCAN_RANGE.from && x <= SCAN_RANGE.to).sort((a, b) => a - b)
}
