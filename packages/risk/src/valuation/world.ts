import type { Asset, AssetId, Mark, MarkId, Portfolio } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'
import { power } from '../pricing/power.js'
import type { Scenario } from '../program/scenario.js'
import { checkScenario } from '../program/scenario.js'

/** Prices of one state of the world: today's, or those of a scenario. */
export type World = {
  readonly numeraire: string
  /** Unix seconds for which options are priced. */
  readonly at: number
  readonly marks: ReadonlyMap<MarkId, Mark>
  /** The lowest mark of each asset: what a holding is worth that its own venue does not price. */
  readonly lowest: ReadonlyMap<AssetId, MarkId>
  readonly assets: ReadonlyMap<AssetId, Asset>
  /** Multiplier of today's price; 1 today. */
  readonly multiplier: (mark: Mark) => number
  /** Multiplier of the implied volatilities of an underlying; 1 today. */
  readonly volatilityMultiplier: (asset: AssetId) => number
}

/** Today's prices. */
export function worldToday(portfolio: Portfolio, at: number, numeraire: string): World {
  return {
    numeraire,
    at,
    marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
    lowest: lowestMarks(portfolio.marks, numeraire),
    assets: new Map(portfolio.assets.map((asset) => [asset.id, asset])),
    multiplier: () => 1,
    volatilityMultiplier: () => 1,
  }
}

/** By price, then by id, so that the order of marks does not matter. */
function lowestMarks(marks: readonly Mark[], numeraire: string): ReadonlyMap<AssetId, MarkId> {
  const priced = marks.filter((mark) => mark.numeraire === numeraire)
  const falling = priced.sort((a, b) => toNumber(b.mid) - toNumber(a.mid) || (a.id < b.id ? 1 : -1))
  return new Map(falling.map(({ asset, id }) => [asset, id]))
}

/**
 * The prices of a scenario.
 *
 * @throws ScenarioError when a shock is not a number of at least −1.
 */
export function worldUnder(today: World, scenario: Scenario): World {
  checkScenario(scenario)
  const { factors = {}, assets = {}, marks = {} } = scenario
  return {
    ...today,
    multiplier: ({ id, asset }) => {
      let multiplier = (1 + (assets[asset] ?? 0)) * (1 + (marks[id] ?? 0))
      for (const { factor, elasticity } of exposuresOf(today, asset)) {
        multiplier *= power(1 + (factors[factor] ?? 0), elasticity)
      }
      if (Number.isFinite(multiplier)) return multiplier
      throw new ScenarioError(
        `The scenario moves mark "${id}" by a factor of ${multiplier}: a price that falls with a factor cannot follow it to 0. Use a shock above −1.`,
      )
    },
    volatilityMultiplier: (asset) => volatilityMultiplier(today, scenario, asset),
  }
}

/** Exposures in canonical order, so that products have the same bits whatever the registry's order. */
export function exposuresOf({ assets }: Pick<World, 'assets'>, asset: AssetId): Asset['exposures'] {
  const exposures = assets.get(asset)?.exposures ?? []
  return [...exposures].sort((a, b) => (a.factor < b.factor ? -1 : 1))
}

/** Prefix of price factors. */
export const SPOT = 'spot:'
/** Prefix of volatility factors. */
export const VOLATILITY = 'iv:'

/** The factor `iv:<SYMBOL>` moves all tenors of every underlying that is exposed to `spot:<SYMBOL>`. */
export function volatilityMultiplier(
  world: Pick<World, 'assets'>,
  { factors = {} }: Scenario,
  asset: AssetId,
): number {
  const shocks = new Map<string, number>(Object.entries(factors))
  let multiplier = 1
  for (const { factor } of exposuresOf(world, asset)) {
    if (!factor.startsWith(SPOT)) continue
    multiplier *= 1 + (shocks.get(`${VOLATILITY}${factor.slice(SPOT.length)}`) ?? 0)
  }
  return multiplier
}

/** The price of a mark in this world; null when there is none in the numeraire. */
export function priceOf(world: World, mark: MarkId | null): number | null {
  const found = mark === null ? undefined : world.marks.get(mark)
  if (found === undefined || found.numeraire !== world.numeraire) return null
  return toNumber(found.mid) * world.multiplier(found)
}
