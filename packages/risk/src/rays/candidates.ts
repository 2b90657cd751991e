import { power } from '../pricing/power.js'
import type { FlatTests, Program } from '../program/program.js'
import { OPCODE } from '../program/program.js'
import { averagedCandidates } from './averaged.js'
import type { Path } from './path.js'
import type { PowerSum, PowerTerm } from './powerSum.js'
import { combine, powerSum, rootsBetween } from './powerSum.js'
import { scanCandidates } from './scan.js'

/** The range of a ray: prices at a billionth and at a billion times today's. */
export const RANGE = { from: 1e-9, to: 1e9 } as const

/**
 * Every x at which the verdict of one test may change along a path; between two neighbours it
 * cannot. Linear tests are solved piece by piece between their kinks, options are scanned.
 */
export function candidatesOf(program: Program, test: number, path: Path): readonly number[] {
  const { tests } = program
  switch (tests.opcode[test]) {
    case OPCODE.threshold: {
      const surplus = combine(
        weightedSum(tests, 2 * test, path),
        requirementSum(tests, test, path),
        -1,
      )
      return rootsBetween(surplus, RANGE.from, RANGE.to)
    }
    case OPCODE.averagedThreshold:
      return averagedCandidates(
        {
          total: sumOf(tests, 2 * test, path, tests.termValue),
          weighted: weightedSum(tests, 2 * test, path),
          debt: requirementSum(tests, test, path),
          step: tests.constant[test] ?? NaN,
          weights: weightRange(tests, test),
        },
        RANGE.from,
        RANGE.to,
      )
    case OPCODE.maintenance:
    case OPCODE.borrowMaintenance:
      return maintenanceCandidates(tests, test, path)
    default:
      return scanCandidates(program, test, path)
  }
}

function weightedSum(tests: FlatTests, range: number, path: Path): PowerSum {
  return sumOf(tests, range, path, tests.termWeighted)
}

function requirementSum(tests: FlatTests, test: number, path: Path): PowerSum {
  return weightedSum(tests, 2 * test + 1, path)
}

function sumOf(
  tests: FlatTests,
  range: number,
  { exponents }: Path,
  coefficients: Float64Array,
): PowerSum {
  const terms: PowerTerm[] = []
  for (let term = tests.range[range] ?? 0; term < (tests.range[range + 1] ?? 0); term++) {
    terms.push({
      exponent: exponents[tests.termMark[term] ?? 0] ?? 0,
      coefficient: coefficients[term] ?? NaN,
    })
  }
  return powerSum(terms)
}

function weightRange(tests: FlatTests, test: number): { least: number; most: number } {
  const weights = tests.termWeight.subarray(
    tests.range[2 * test] ?? 0,
    tests.range[2 * test + 1] ?? 0,
  )
  return { least: Math.min(...weights), most: Math.max(...weights) }
}

/** Between two tier bounds the requirement is one sum of powers. */
function maintenanceCandidates(tests: FlatTests, test: number, path: Path): readonly number[] {
  const equity = weightedSum(tests, 2 * test, path)
  const collateral = requirementSum(tests, test, path)
  const limit = tests.limit[test] ?? NaN
  const kinks = tierKinks(tests, test, path)
  const cuts = [RANGE.from, ...kinks, RANGE.to]
  const candidates: number[] = [...kinks]
  for (const [index, right] of cuts.entries()) {
    const left = cuts[index - 1]
    if (left === undefined || !(left < right)) continue
    const required = requirementWithin(tests, test, path, Math.sqrt(left) * Math.sqrt(right))
    if (tests.opcode[test] === OPCODE.maintenance) {
      candidates.push(...rootsBetween(combine(equity, required, -1), left, right))
      continue
    }
    // limit·(collateral + max(equity, required)) − required − max(0, required − equity), either way.
    const backed = scale(collateral, limit)
    const covered = combine(combine(backed, equity, limit), required, -1)
    const short = combine(combine(backed, equity, 1), required, limit - 2)
    candidates.push(...rootsBetween(covered, left, right), ...rootsBetween(short, left, right))
  }
  return candidates
}

function scale(sum: PowerSum, factor: number): PowerSum {
  return combine([], sum, factor)
}

/** Where a position crosses a tier bound, ascending. */
function tierKinks(tests: FlatTests, test: number, { exponents }: Path): readonly number[] {
  const kinks: number[] = []
  for (let position = first(tests, test); position < last(tests, test); position++) {
    const exponent = exponents[tests.positionMark[position] ?? 0] ?? 0
    const value = tests.positionValue[position] ?? NaN
    for (
      let tier = tests.tierStart[position] ?? 0;
      tier < (tests.tierStart[position + 1] ?? 0);
      tier++
    ) {
      const crossing = powerSum([
        { exponent, coefficient: value },
        { exponent: 0, coefficient: -(tests.tierFrom[tier] ?? NaN) },
      ])
      kinks.push(...rootsBetween(crossing, RANGE.from, RANGE.to))
    }
  }
  return kinks.sort((a, b) => a - b)
}

/** The requirement as a sum of powers, valid between the tier bounds around x. */
function requirementWithin(
  tests: FlatTests,
  test: number,
  { exponents }: Path,
  x: number,
): PowerSum {
  const terms: PowerTerm[] = [{ exponent: 0, coefficient: tests.constant[test] ?? NaN }]
  for (let position = first(tests, test); position < last(tests, test); position++) {
    const exponent = exponents[tests.positionMark[position] ?? 0] ?? 0
    const value = tests.positionValue[position] ?? NaN
    const notional = value * power(x, exponent)
    const lowest = tests.tierStart[position] ?? 0
    let tier = (tests.tierStart[position + 1] ?? 0) - 1
    while (tier > lowest && notional < (tests.tierFrom[tier] ?? 0)) tier--
    terms.push(
      { exponent, coefficient: value * (tests.tierRate[tier] ?? NaN) },
      { exponent: 0, coefficient: -(tests.tierDeduction[tier] ?? NaN) },
    )
  }
  return powerSum(terms)
}

function first(tests: FlatTests, test: number): number {
  return tests.positionStart[test] ?? 0
}

function last(tests: FlatTests, test: number): number {
  return tests.positionStart[test + 1] ?? 0
}
