import type {
  AccountId,
  AssetId,
  FactorId,
  ImpliedVolatilityStress,
  MarketState,
  OptionLeg,
  Portfolio,
} from '@plimsoll/model'
import { factorId, toNumber } from '@plimsoll/model'
import { byId, compareText } from '../order.js'
import { power } from '../pricing/power.js'
import { legWorth, mayBeLiability } from '../valuation/legs.js'
import { countedOnce } from '../valuation/lookThrough.js'
import { numeraireOf } from '../valuation/numeraire.js'
import { optionWorth } from '../valuation/option.js'
import type { World } from '../valuation/world.js'
import { exposuresOf, priceOf, SPOT, VOLATILITY, worldToday } from '../valuation/world.js'
import { ScenarioSetError } from './errors.js'
import type { Exposed, LinearLegs, PricedOption } from './legLosses.js'
import { legLosses } from './legLosses.js'
import type { ScenarioSet } from './scenarioSet.js'

const SECONDS_A_YEAR = 365 * 86_400
const DAYS_A_YEAR = 365
const QUOTED_DAYS = 30

/** Losses of a portfolio in a set of scenarios, in the numeraire: positive is a loss. */
export type ScenarioLosses = {
  /** [scenarios] */
  readonly losses: Float64Array
  /** Accounts that count, sorted by id: the columns of `byAccount`. */
  readonly accounts: readonly AccountId[]
  /** [scenarios × accounts], row-major; rows add up to `losses`. */
  readonly byAccount: Float64Array
  /** Legs without a price, which are left out; `<account id>#<leg id>`. */
  readonly unpriced: readonly string[]
  /** Factors that priced legs follow and the set says nothing of, sorted: they stand still in it. */
  readonly unmoved: readonly FactorId[]
  /** Whether every leg that may be owed was priced: else the losses are too low, nobody knows by how much. */
  readonly known: boolean
}

/**
 * Every leg of a portfolio repriced in every scenario, each equity counted once: linear legs by the
 * product of their factors' moves, options by Black-76 with forward and volatility moved, from the
 * venue's own price today, by the table kernel of the grids. Nothing is liquidated and nothing has an impact.
 *
 * @example
 * const { losses } = repriceSet(portfolio, set, { market, nowMs })
 * historicalTail(losses, 0.975).expectedShortfall
 *
 * @throws ScenarioSetError when a move is not a number of at least −1.
 */
export function repriceSet(
  portfolio: Portfolio,
  set: ScenarioSet,
  { market, nowMs }: { readonly market: MarketState; readonly nowMs: number },
): ScenarioLosses {
  const { factors } = set
  checkMoves(set)
  const numeraire = numeraireOf(portfolio)
  const today = worldToday(portfolio, Math.floor(nowMs / 1000), numeraire)
  const counted = countedOnce(portfolio)
  const accounts = [...portfolio.accounts].sort(byId).filter(counted.account)
  const places = new Map(factors.map((factor, place) => [factor, place]))
  // Equal lists are one, by which what moves is then remembered.
  const lists = new Map<string, readonly Exposed[]>()
  const exposedTo = onceForEach((asset: AssetId) => {
    const list = exposed(today, asset, places)
    const key = list.map(({ place, elasticity }) => `${place} ${elasticity}`).join(' ')
    const known = lists.get(key) ?? list
    lists.set(key, known)
    return known
  })
  const linear: LinearLegs[] = []
  const options: PricedOption[] = []
  const unpriced: string[] = []
  const followed = new Set<FactorId>()
  let known = true
  for (const [column, account] of accounts.entries()) {
    for (const leg of [...account.legs].sort(byId)) {
      if (!counted.leg(leg)) continue
      const value = legWorth(leg, today, today)
      const option =
        leg.kind === 'option' ? optionOf(leg, today, places, exposedTo, market, column) : null
      if (value === null || (leg.kind === 'option' && option === null)) {
        unpriced.push(`${account.id}#${leg.id}`)
        if (mayBeLiability(leg)) known = false
      } else if (option !== null) {
        options.push(option)
        for (const factor of option.follows) followed.add(factor)
      } else {
        const mark = leg.mark ?? today.lowest.get(leg.asset)
        const asset = (mark === undefined ? undefined : today.marks.get(mark)?.asset) ?? leg.asset
        const exposures = exposedTo(asset)
        if (value !== 0) for (const { factor } of exposuresOf(today, asset)) followed.add(factor)
        if (value !== 0 && exposures.length > 0) linear.push({ column, value, exposures })
      }
    }
  }
  const unmoved = [...followed].filter((factor) => !places.has(factor)).sort(compareText)
  const ids = accounts.map(({ id }) => id)
  const losses = legLosses(set, ids.length, mergeLinear(linear), options)
  return { ...losses, accounts: ids, unpriced, unmoved, known }
}

/** Legs of one account that follow the same factors in the same way are one. */
function mergeLinear(legs: readonly LinearLegs[]): readonly LinearLegs[] {
  const merged: { -readonly [field in keyof LinearLegs]: LinearLegs[field] }[] = []
  for (const leg of legs) {
    const same = merged.find(
      ({ column, exposures }) => column === leg.column && exposures === leg.exposures,
    )
    if (same === undefined) merged.push({ ...leg })
    else same.value += leg.value
  }
  return merged
}

/** Remembers what was made of each key. */
function onceForEach<Key, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const known = new Map<Key, { readonly made: Made }>()
  return (key) => {
    const found = known.get(key) ?? { made: make(key) }
    known.set(key, found)
    return found.made
  }
}

function optionOf(
  leg: OptionLeg,
  today: World,
  places: ReadonlyMap<FactorId, number>,
  exposedTo: (asset: AssetId) => readonly Exposed[],
  market: MarketState,
  column: number,
): PricedOption | null {
  const mark = leg.forward ?? leg.mark
  const forward = priceOf(today, mark)
  const worth = optionWorth(leg, today, today)
  const size = toNumber(leg.size)
  if (forward === null || worth === null || leg.impliedVolatility === null || mark === null)
    return null
  const years = Math.max(0, leg.expiry - today.at) / SECONDS_A_YEAR
  const totalVolatility = leg.impliedVolatility * Math.sqrt(years)
  const isCall = leg.right === 'call'
  const strike = toNumber(leg.strike)
  const underlying = today.marks.get(mark)?.asset ?? leg.asset
  const surfaces = exposuresOf(today, leg.asset).flatMap(({ factor }) =>
    factor.startsWith(SPOT) ? [factorId(`${VOLATILITY}${factor.slice(SPOT.length)}`)] : [],
  )
  const volatility = surfaces.flatMap((name): readonly Exposed[] => {
    const place = places.get(name)
    const stress =
      market.impliedVolatilities.find((row) => row.factor === name) ??
      market.defaults.impliedVolatility
    return place === undefined ? [] : [{ place, elasticity: tenorScale(stress, years) }]
  })
  return {
    column,
    size,
    isCall,
    strike,
    forward,
    totalVolatility,
    exposures: exposedTo(underlying),
    volatility,
    follows:
      size === 0
        ? []
        : [...exposuresOf(today, underlying).map(({ factor }) => factor), ...surfaces],
    price: size === 0 ? 0 : worth / size,
  }
}

/** A shock at 30 days, at the tenor of an option: (30 ÷ max(floor, days))^p. */
function tenorScale(stress: ImpliedVolatilityStress, years: number): number {
  const days = Math.max(stress.floorDays, years * DAYS_A_YEAR)
  return power(QUOTED_DAYS / days, days <= QUOTED_DAYS ? stress.shortPower : stress.longPower)
}

function exposed(
  today: World,
  asset: OptionLeg['asset'],
  places: ReadonlyMap<FactorId, number>,
): readonly Exposed[] {
  return exposuresOf(today, asset).flatMap(({ factor, elasticity }) => {
    const place = places.get(factor)
    return place === undefined ? [] : [{ place, elasticity }]
  })
}

function checkMoves({ factors, count, moves, weights }: ScenarioSet): void {
  if (moves.length !== factors.length * count || (weights !== null && weights.length !== count)) {
    throw new ScenarioSetError(
      `${moves.length} moves and ${weights?.length ?? 'no'} weights do not fit ${count} scenarios of ${factors.length} factors. Make the set again.`,
    )
  }
  let odd = -1
  for (let at = 0; at < moves.length && odd < 0; at++) {
    const move = moves[at] ?? NaN
    if (!(move >= -1 && move < Infinity)) odd = at
  }
  if (odd < 0) return
  throw new ScenarioSetError(
    `Scenario ${Math.floor(odd / factors.length)} moves ${factors[odd % factors.length]} by ${moves[odd]}. Give relative moves of at least −1.`,
  )
}
