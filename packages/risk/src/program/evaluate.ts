import { CompileError } from '../errors.js'
import { NEAR_STEP } from '../kernels/threshold.js'
import type { FlatTests, Program } from './program.js'
import { COMBINE, OPCODE } from './program.js'
import type { Scenario } from './scenario.js'
import { scenarioMultipliers } from './scenario.js'

// Written and read within one synchronous call, so that evaluation allocates nothing.
const sides: Float64Array = /* @__PURE__ */ new Float64Array(2)

/**
 * Native health of every account under a scenario, in the order of `program.accounts`: resource ÷
 * requirement, 1 at the venue's own liquidation threshold. NaN where it is unknown, +Infinity where
 * nothing is required.
 *
 * @example
 * evaluateHealth(program, { factors: { 'spot:ETH': -0.2 } }) // Float64Array [1.31, 0.97]
 *
 * @param out [accounts], overwritten and returned when given
 * @throws ScenarioError when the scenario does not fit the portfolio.
 */
export function evaluateHealth(
  program: Program,
  scenario: Scenario,
  out: Float64Array = new Float64Array(program.accounts.length),
): Float64Array {
  return evaluateMultipliers(program, scenarioMultipliers(program, scenario), out)
}

/**
 * Native health of every account under a vector of multipliers, without allocation.
 *
 * @param multipliers [marks + 1], the last one 1; as `scenarioMultipliers` gives it
 * @param out [accounts]
 */
export function evaluateMultipliers(
  program: Program,
  multipliers: Float64Array,
  out: Float64Array,
): Float64Array {
  checkLength(multipliers, program.marks.length + 1, 'multipliers')
  checkLength(out, program.accounts.length, 'out')
  for (let row = 0; row < out.length; row++) evaluateRow(program, row, multipliers, out)
  return out
}

/** Writes the native health of one account, unchecked. */
export function evaluateRow(
  program: Program,
  row: number,
  multipliers: Float64Array,
  out: Float64Array,
): void {
  out[row] = accountHealth(program, row, multipliers, 0)
}

/**
 * Native health of one account under many scenarios, without allocation.
 *
 * @param row of the account in `program.accounts`
 * @param multipliers [scenarios × (marks + 1)], row-major
 * @param out [scenarios]
 */
export function evaluateScenarios(
  program: Program,
  row: number,
  multipliers: Float64Array,
  out: Float64Array,
): Float64Array {
  const stride = program.marks.length + 1
  checkLength(multipliers, stride * out.length, 'multipliers')
  const { accountStart, opcode } = program.tests
  const test = accountStart[row] ?? 0
  if (accountStart[row + 1] === test + 1 && opcode[test] === OPCODE.threshold) {
    return thresholdScenarios(program.tests, test, multipliers, stride, out)
  }
  for (let scenario = 0; scenario < out.length; scenario++) {
    out[scenario] = accountHealth(program, row, multipliers, scenario * stride)
  }
  return out
}

/**
 * One threshold test under many scenarios: the same arithmetic as for one, with its arrays at hand.
 * Two scenarios at a time, so that neither waits for the sums of the other.
 */
function thresholdScenarios(
  tests: FlatTests,
  test: number,
  multipliers: Float64Array,
  stride: number,
  out: Float64Array,
): Float64Array {
  const { range, termMark, termWeighted } = tests
  const begin = range[2 * test] ?? 0
  const middle = range[2 * test + 1] ?? 0
  const end = range[2 * test + 2] ?? 0
  const pairs = out.length - (out.length % 2)
  for (let scenario = 0, base = 0; scenario < pairs; scenario += 2, base += 2 * stride) {
    const next = base + stride
    let resource = 0
    let resource2 = 0
    for (let term = begin; term < middle; term++) {
      const weight = termWeighted[term] ?? NaN
      const mark = termMark[term] ?? 0
      resource += weight * (multipliers[base + mark] ?? NaN)
      resource2 += weight * (multipliers[next + mark] ?? NaN)
    }
    let requirement = 0
    let requirement2 = 0
    for (let term = middle; term < end; term++) {
      const weight = termWeighted[term] ?? NaN
      const mark = termMark[term] ?? 0
      requirement += weight * (multipliers[base + mark] ?? NaN)
      requirement2 += weight * (multipliers[next + mark] ?? NaN)
    }
    out[scenario] = quotient(resource, requirement)
    out[scenario + 1] = quotient(resource2, requirement2)
  }
  if (pairs < out.length) {
    evaluateSides(tests, test, multipliers, pairs * stride, sides)
    out[pairs] = quotient(sides[0] ?? NaN, sides[1] ?? NaN)
  }
  return out
}

/** Health of one account under the multipliers that begin at `base`. */
export function accountHealth(
  program: Program,
  row: number,
  multipliers: Float64Array,
  base: number,
): number {
  const { accountStart, combine } = program.tests
  const begin = accountStart[row] ?? 0
  const end = accountStart[row + 1] ?? 0
  if (begin === end) return combine[row] === COMBINE.unknown ? NaN : Infinity
  const all = combine[row] === COMBINE.all
  let health = testHealth(program.tests, begin, multipliers, base)
  for (let test = begin + 1; test < end; test++) {
    const next = testHealth(program.tests, test, multipliers, base)
    // A NaN on either side stays: what one test cannot know, the account cannot know.
    health = all ? Math.max(health, next) : Math.min(health, next)
  }
  return health
}

/** Whether one account would be liquidatable under the multipliers; null where it is unknown. */
export function accountFails(
  program: Program,
  row: number,
  multipliers: Float64Array,
): boolean | null {
  const { accountStart, combine } = program.tests
  const begin = accountStart[row] ?? 0
  const end = accountStart[row + 1] ?? 0
  if (begin === end) return combine[row] === COMBINE.unknown ? null : false
  const all = combine[row] === COMBINE.all
  for (let test = begin; test < end; test++) {
    const fails = testFails(program.tests, test, multipliers)
    if (fails === null) return null
    if (fails !== all) return fails
  }
  return all
}

function testHealth(
  tests: FlatTests,
  test: number,
  multipliers: Float64Array,
  base: number,
): number {
  evaluateSides(tests, test, multipliers, base, sides)
  return quotient(sides[0] ?? NaN, sides[1] ?? NaN)
}

/** Resource ÷ requirement; +Infinity where nothing is required, NaN where either is not known. */
function quotient(resource: number, requirement: number): number {
  if (requirement > 0) return resource / requirement
  return requirement <= 0 && !Number.isNaN(resource) ? Infinity : NaN
}

/** Whether a test fails; null where its numbers are not known. Where nothing is required none fails. */
export function testFails(
  tests: FlatTests,
  test: number,
  multipliers: Float64Array,
): boolean | null {
  evaluateSides(tests, test, multipliers, 0, sides)
  const resource = sides[0] ?? NaN
  const requirement = sides[1] ?? NaN
  if (Number.isNaN(resource) || Number.isNaN(requirement)) return null
  if (requirement <= 0) return false
  return tests.strict[test] === 1 ? resource < requirement : resource <= requirement
}

/** Resource and requirement of one test under the multipliers that begin at `base`. */
export function evaluateSides(
  tests: FlatTests,
  test: number,
  multipliers: Float64Array,
  base: number,
  out: Float64Array,
): void {
  switch (tests.opcode[test]) {
    case OPCODE.threshold:
      sumWeighted(tests, 2 * test, multipliers, base, out, 0)
      sumWeighted(tests, 2 * test + 1, multipliers, base, out, 1)
      return
    case OPCODE.averagedThreshold:
      averagedResource(tests, test, multipliers, base, out)
      sumWeighted(tests, 2 * test + 1, multipliers, base, out, 1)
      return
    case OPCODE.maintenance:
      sumWeighted(tests, 2 * test, multipliers, base, out, 0)
      positionMaintenance(tests, test, multipliers, base, out)
      return
    case OPCODE.borrowMaintenance: {
      sumWeighted(tests, 2 * test + 1, multipliers, base, out, 0)
      const collateral = out[0] ?? NaN
      sumWeighted(tests, 2 * test, multipliers, base, out, 0)
      positionMaintenance(tests, test, multipliers, base, out)
      const equity = out[0] ?? NaN
      const requirement = out[1] ?? NaN
      out[0] = (tests.limit[test] ?? NaN) * (collateral + Math.max(equity, requirement))
      out[1] = requirement + Math.max(0, requirement - equity)
      return
    }
    default: {
      const moved = base === 0 ? multipliers : multipliers.subarray(base)
      const standardTest = tests.standard[test] ?? null
      const scenarioTest = tests.scenario[test] ?? null
      const { standard, scenario } = tests.kernels
      if (standardTest !== null && standard !== undefined) {
        standard.evaluate(standardTest, moved, out)
      } else if (scenarioTest !== null && scenario !== undefined) {
        scenario.evaluate(scenarioTest, moved, out)
      } else throw new CompileError(`The program has no test ${test}. Compile the portfolio again.`)
    }
  }
}

// What adds up writes its sum in `out`: a number that is returned may be boxed.

/** Writes Σ value × weight × multiplier over a range of terms. */
function sumWeighted(
  tests: FlatTests,
  range: number,
  multipliers: Float64Array,
  base: number,
  out: Float64Array,
  side: number,
): void {
  const { termMark, termWeighted } = tests
  const end = tests.range[range + 1] ?? 0
  let total = 0
  for (let term = tests.range[range] ?? 0; term < end; term++) {
    total += (termWeighted[term] ?? NaN) * (multipliers[base + (termMark[term] ?? 0)] ?? NaN)
  }
  out[side] = total
}

/** Writes the resource, Σ value × the average weight, rounded down to the step; see the threshold kernel. */
function averagedResource(
  tests: FlatTests,
  test: number,
  multipliers: Float64Array,
  base: number,
  out: Float64Array,
): void {
  const { termMark, termValue, termWeighted, termWeight } = tests
  const begin = tests.range[2 * test] ?? 0
  const end = tests.range[2 * test + 1] ?? 0
  const step = tests.constant[test] ?? NaN
  let total = 0
  let weighted = 0
  for (let term = begin; term < end; term++) {
    const multiplier = multipliers[base + (termMark[term] ?? 0)] ?? NaN
    total += (termValue[term] ?? NaN) * multiplier
    weighted += (termWeighted[term] ?? NaN) * multiplier
  }
  out[0] = 0
  if (total <= 0) return
  const steps = weighted / total
  const nearest = Math.round(steps)
  if (Math.abs(steps - nearest) > NEAR_STEP) {
    out[0] = total * (Math.floor(steps) * step)
    return
  }
  let excess = 0
  for (let term = begin; term < end; term++) {
    const worth = (termValue[term] ?? NaN) * (multipliers[base + (termMark[term] ?? 0)] ?? NaN)
    excess += worth * ((termWeight[term] ?? NaN) - nearest)
  }
  out[0] = total * ((excess >= 0 ? nearest : nearest - 1) * step)
}

/** Writes the requirement of all positions by their tiers. */
function positionMaintenance(
  tests: FlatTests,
  test: number,
  multipliers: Float64Array,
  base: number,
  out: Float64Array,
): void {
  const { positionMark, positionValue, tierStart, tierFrom, tierRate, tierDeduction } = tests
  const end = tests.positionStart[test + 1] ?? 0
  let requirement = tests.constant[test] ?? NaN
  for (let position = tests.positionStart[test] ?? 0; position < end; position++) {
    const notional =
      (positionValue[position] ?? NaN) * (multipliers[base + (positionMark[position] ?? 0)] ?? NaN)
    const first = tierStart[position] ?? 0
    let tier = (tierStart[position + 1] ?? 0) - 1
    while (tier > first && notional < (tierFrom[tier] ?? 0)) tier--
    requirement += notional * (tierRate[tier] ?? NaN) - (tierDeduction[tier] ?? NaN)
  }
  out[1] = requirement
}

function checkLength(array: Float64Array, length: number, name: string): void {
  if (array.length === length) return
  throw new CompileError(
    `The array \`${name}\` has ${array.length} entries, the program needs ${length}. Size it by the program's accounts and marks.`,
  )
}
