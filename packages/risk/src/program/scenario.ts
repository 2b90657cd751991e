import type { AssetId, FactorId, MarkId } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'
import { power } from '../pricing/power.js'
import type { Program } from './program.js'

/**
 * A joint move of prices, relative: −0.2 is a fall of 20 %. Factor shocks reach every asset exposed
 * to the factor, as (1 + shock)^elasticity; asset shocks only the marks of that asset; mark shocks
 * one mark alone, as when one venue's oracle errs. They multiply.
 */
export type Scenario = {
  readonly factors?: { readonly [factor: FactorId]: number }
  readonly assets?: { readonly [asset: AssetId]: number }
  readonly marks?: { readonly [mark: MarkId]: number }
}

/**
 * Checks that every shock is a finite number of at least −1.
 *
 * @throws ScenarioError naming the shock.
 */
export function checkScenario(scenario: Scenario): void {
  for (const kind of ['factors', 'assets', 'marks'] as const) {
    for (const [name, shock] of Object.entries(scenario[kind] ?? {})) checkShock(name, shock)
  }
}

function checkShock(name: string, shock: number): void {
  if (shock >= -1 && shock < Infinity) return
  throw new ScenarioError(
    `The shock of "${name}" is ${shock}. Pass a relative move of at least −1, for example −0.2 for a fall of 20 %.`,
  )
}

/**
 * The multiplier of every mark of a program under a scenario: [marks + 1], the last one 1.
 *
 * @param out overwritten and returned when given
 * @throws ScenarioError when a shock is not a number of at least −1, or names something that no
 * mark of the program moves with: a misspelt shock must not pass for a calm market.
 */
export function scenarioMultipliers(
  program: Program,
  scenario: Scenario,
  out: Float64Array = new Float64Array(program.marks.length + 1),
): Float64Array {
  checkScenario(scenario)
  checkNames(scenario, {
    factors: new Set(program.factors),
    assets: new Set(program.marks.map(({ asset }) => asset)),
    marks: new Set(program.marks.map(({ id }) => id)),
  })
  return multipliersUnder(program, scenario, out)
}

/** The multipliers of a scenario that was checked; names that the program does not know are ignored. */
export function multipliersUnder(
  program: Program,
  { factors = {}, assets = {}, marks = {} }: Scenario,
  out: Float64Array = new Float64Array(program.marks.length + 1),
): Float64Array {
  const growth = program.factors.map((factor) => 1 + (factors[factor] ?? 0))
  for (const [index, { id, asset }] of program.marks.entries()) {
    let multiplier = (1 + (assets[asset] ?? 0)) * (1 + (marks[id] ?? 0))
    const end = program.exposureStart[index + 1] ?? 0
    for (let at = program.exposureStart[index] ?? 0; at < end; at++) {
      multiplier *= power(
        growth[program.exposureFactor[at] ?? 0] ?? 1,
        program.exposureElasticity[at] ?? 0,
      )
    }
    if (!Number.isFinite(multiplier)) {
      throw new ScenarioError(
        `The scenario moves mark "${id}" by a factor of ${multiplier}: a price that falls with a factor cannot follow it to 0. Use a shock above −1.`,
      )
    }
    out[index] = multiplier
  }
  out[program.marks.length] = 1
  return out
}

/**
 * Checks that a scenario names only what is known.
 *
 * @throws ScenarioError naming what is not, and what could have been meant.
 */
export function checkNames(
  scenario: Scenario,
  known: { readonly [kind in keyof Scenario]-?: ReadonlySet<string> },
): void {
  for (const kind of ['factors', 'assets', 'marks'] as const) {
    for (const name of Object.keys(scenario[kind] ?? {})) {
      if (known[kind].has(name)) continue
      const list = [...known[kind]].sort().slice(0, 20).join(', ') || 'none'
      throw new ScenarioError(
        `No price in the portfolio moves with "${name}" (${kind}). Known ${kind}: ${list}.`,
      )
    }
  }
}
