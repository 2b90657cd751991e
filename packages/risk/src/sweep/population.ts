import { CompileError } from '../errors.js'
import type { Program } from '../program/program.js'
import { COMBINE, OPCODE } from '../program/program.js'

/**
 * Many accounts of lending pools as flat arrays. An account is liquidated when its collateral, weighted
 * by its thresholds, is less than its debt; venues that average thresholds and round the average are
 * not such.
 */
export type Population = {
  /** Legs of account a are those from `offsets[a]` to `offsets[a + 1]`: [accounts + 1], rising from 0. */
  readonly offsets: Uint32Array
  /** Asset of each leg: a place in the prices. */
  readonly assets: Uint16Array
  /** Of collateral units × threshold, of a debt −units. */
  readonly weights: Float64Array
}

/** One account of a population: units × threshold of collateral, units of debt. */
export type PopulationAccount = {
  readonly collateral: readonly PopulationLeg[]
  readonly debt: readonly PopulationLeg[]
}

/** One leg of a {@link PopulationAccount}. */
export type PopulationLeg = { readonly asset: number; readonly weight: number }

const MOST_ASSETS = 65_536

/**
 * Gathers accounts into flat arrays.
 *
 * @example
 * populationOf([{ collateral: [{ asset: 0, weight: 8.25 }], debt: [{ asset: 1, weight: 12_000 }] }])
 *
 * @throws CompileError when an asset is no place from 0 to 65,535, or a weight is negative or not finite.
 */
export function populationOf(accounts: readonly PopulationAccount[]): Population {
  const offsets = new Uint32Array(accounts.length + 1)
  let count = 0
  for (const [index, { collateral, debt }] of accounts.entries()) {
    count += collateral.length + debt.length
    offsets[index + 1] = count
  }
  const population = { offsets, assets: new Uint16Array(count), weights: new Float64Array(count) }
  let at = 0
  for (const { collateral, debt } of accounts) {
    for (const leg of collateral) writeLeg(population, at++, leg, 1)
    for (const leg of debt) writeLeg(population, at++, leg, -1)
  }
  return population
}

function writeLeg(
  population: Population,
  at: number,
  { asset, weight }: PopulationLeg,
  sign: 1 | -1,
): void {
  if (!(Number.isInteger(asset) && asset >= 0 && asset < MOST_ASSETS)) {
    throw new CompileError(
      `Leg ${at} is of asset ${asset}. Give its place in the prices, from 0 to ${MOST_ASSETS - 1}.`,
    )
  }
  if (!(weight >= 0 && weight < Infinity)) {
    throw new CompileError(
      `Leg ${at} weighs ${weight}. Give units × threshold, finite and not negative; a debt is no negative collateral.`,
    )
  }
  population.assets[at] = asset
  population.weights[at] = sign * weight
}

/**
 * The loans of a compiled program as a population, whose assets are the program's marks and whose
 * prices are multipliers: [marks + 1], as `scenarioMultipliers` gives them.
 *
 * @throws CompileError when an account is judged by anything but one threshold that is not averaged,
 * or there are more than 65,535 marks.
 */
export function populationOfProgram({ accounts, marks, tests }: Program): Population {
  if (marks.length >= MOST_ASSETS) {
    throw new CompileError(`${marks.length} marks do not fit. Split the portfolio.`)
  }
  const leg = (term: number): PopulationLeg => ({
    asset: tests.termMark[term] ?? 0,
    weight: tests.termWeighted[term] ?? NaN,
  })
  const legs = (range: number): readonly PopulationLeg[] => {
    const from = tests.range[range] ?? 0
    return Array.from({ length: (tests.range[range + 1] ?? 0) - from }, (_, at) => leg(from + at))
  }
  return populationOf(
    accounts.map(({ id }, row) => {
      const test = tests.accountStart[row] ?? 0
      const isOne = tests.accountStart[row + 1] === test + 1
      const isPlain = isOne && tests.opcode[test] === OPCODE.threshold
      if (!isPlain || tests.combine[row] === COMBINE.unknown) {
        throw new CompileError(
          `Account "${id}" is no plain loan. Leave it out, and evaluate it with evaluateMultipliers.`,
        )
      }
      return { collateral: legs(2 * test), debt: legs(2 * test + 1) }
    }),
  )
}

/** @throws CompileError when the arrays of a population do not fit each other or the results. */
export function checkPopulation({ offsets, assets, weights }: Population, out: Float64Array): void {
  const legs = offsets.at(-1) ?? -1
  const isWhole = offsets[0] === 0 && offsets.length === out.length + 1
  if (isWhole && legs === assets.length && legs === weights.length) return
  throw new CompileError(
    `A population of ${offsets.length - 1} accounts with ${legs} legs has ${assets.length} assets and ${weights.length} weights, and room for ${out.length} healths. Give one for each leg, and a health for each account.`,
  )
}
