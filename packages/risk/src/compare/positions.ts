import type { AssetId, FactorId, Leg, MarginAccount, OptionLeg, Portfolio } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { byId, compareText } from '../order.js'
import { forwardPrice } from '../pricing/black76.js'
import { legWorth } from '../valuation/legs.js'
import { numeraireOf } from '../valuation/numeraire.js'
import type { World } from '../valuation/world.js'
import { exposuresOf, priceOf, SPOT, worldToday } from '../valuation/world.js'

/** A perp, or an amount of the underlying itself. */
export type LinearPosition = {
  /** `<account id>#<leg id>`. */
  readonly leg: string
  /** Signed, in units of the underlying. */
  readonly size: number
  /** Of one unit, in the numeraire. */
  readonly price: number
}

/** A European option. */
export type OptionPosition = {
  /** `<account id>#<leg id>`. */
  readonly leg: string
  readonly right: 'call' | 'put'
  /** Signed, in units of the underlying. */
  readonly size: number
  readonly strike: number
  /** Annualised, as a fraction. */
  readonly impliedVolatility: number
  /** Of one option, in the numeraire: the venue's, else the Black-76 price. */
  readonly price: number
}

/** Options that expire together on one forward. */
export type ExpiryPositions = {
  /** Unix seconds. */
  readonly expiry: number
  /** Years of 365 days, not negative. */
  readonly years: number
  readonly forward: number
  readonly options: readonly OptionPosition[]
}

/** Everything held on one underlying, wherever it is held. */
export type UnderlyingPositions = {
  readonly underlying: FactorId
  /** Index price in the numeraire: the first in the canonical order of accounts and legs. */
  readonly spot: number
  readonly linear: readonly LinearPosition[]
  /** By expiry, then by forward. */
  readonly expiries: readonly ExpiryPositions[]
}

/** Positions of a portfolio without regard to where they are held. */
export type Positions = {
  readonly numeraire: string
  /** Unix seconds. */
  readonly at: number
  /** By underlying. */
  readonly underlyings: readonly UnderlyingPositions[]
  /** Positions that could not be placed, each with the reason. */
  readonly unplaced: readonly { readonly leg: string; readonly message: string }[]
}

/** Which legs are positions: perps and options, or also the spot that is held or owed beside them. */
export type PositionKinds = 'derivatives' | 'derivatives-and-spot'

type Draft = {
  readonly spot: number
  readonly linear: LinearPosition[]
  readonly expiries: Map<
    string,
    { readonly at: ExpiryPositions; readonly options: OptionPosition[] }
  >
}

/** The draft of an underlying: its spot so far, and the draft itself, opened at a spot if there is none. */
type Slot = { readonly spot: number | null; readonly at: (spot: number) => Draft }

/**
 * The positions of a portfolio by underlying, ready for a margin system. A leg belongs to the
 * `spot:` factor that its asset moves with one for one; other exposures (pegs) do not count.
 *
 * @param at unix seconds for which time to expiry is counted
 */
export function positionsOf(
  portfolio: Portfolio,
  at: number,
  kinds: PositionKinds = 'derivatives',
): Positions {
  const world = worldToday(portfolio, at, numeraireOf(portfolio))
  const drafts = new Map<FactorId, Draft>()
  const unplaced: { leg: string; message: string }[] = []
  for (const account of [...portfolio.accounts].sort(byId)) {
    for (const leg of [...account.legs].sort(byId)) {
      if (!isPosition(leg, kinds)) continue
      const message = place(account, leg, world, drafts)
      if (message !== null) unplaced.push({ leg: positionId(account, leg), message })
    }
  }
  const underlyings = [...drafts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([underlying, { spot, linear, expiries }]) => ({
      underlying,
      spot,
      linear,
      expiries: [...expiries.values()]
        .map(({ at: expiry, options }) => ({ ...expiry, options }))
        .sort((a, b) => a.expiry - b.expiry || a.forward - b.forward),
    }))
  return { numeraire: world.numeraire, at, underlyings, unplaced }
}

function positionId({ id }: MarginAccount, leg: Leg): string {
  return `${id}#${leg.id}`
}

function isPosition(leg: Leg, kinds: PositionKinds): boolean {
  if (leg.kind === 'option' || leg.kind === 'perp') return leg.size.raw !== 0n
  return kinds === 'derivatives-and-spot' && leg.amount.raw !== 0n
}

/** Puts a leg into its draft, or says why it has no place. Legs without a spot factor are not positions. */
function place(
  account: MarginAccount,
  leg: Leg,
  world: World,
  drafts: Map<FactorId, Draft>,
): string | null {
  const isSpot = leg.kind !== 'option' && leg.kind !== 'perp'
  const underlying = underlyingOf(leg.asset, world)
  if (underlying === null) {
    return isSpot && !hasSpotFactor(leg.asset, world)
      ? null
      : `${leg.asset} does not move one for one with a single spot factor. Give the asset its exposures.`
  }
  const known = drafts.get(underlying)
  const draft: Slot = {
    spot: known?.spot ?? null,
    at: (spot) => {
      const opened = known ?? { spot, linear: [], expiries: new Map() }
      drafts.set(underlying, opened)
      return opened
    },
  }
  const id = positionId(account, leg)
  return leg.kind === 'option'
    ? placeOption(id, leg, world, draft)
    : placeLinear(id, leg, world, draft)
}

function placeLinear(
  leg: string,
  held: Exclude<Leg, OptionLeg>,
  world: World,
  draft: Slot,
): string | null {
  const worth = legWorth(held, world, world)
  const index = priceOf(world, held.mark)
  const unit = index ?? draft.spot
  if (worth === null || unit === null || !(unit > 0)) {
    return 'It has no price in the numeraire. Read its mark.'
  }
  const { spot, linear } = draft.at(unit)
  linear.push(
    held.kind === 'perp'
      ? { leg, size: toNumber(held.size), price: unit }
      : { leg, size: worth / spot, price: spot },
  )
  return null
}

function placeOption(leg: string, held: OptionLeg, world: World, draft: Slot): string | null {
  const index = priceOf(world, held.mark)
  const forward = priceOf(world, held.forward) ?? index
  const { impliedVolatility } = held
  if (forward === null || !(forward > 0)) return 'It has no forward or index in the numeraire.'
  if (impliedVolatility === null) return 'Its venue gives no implied volatility.'
  const years = Math.max(0, held.expiry - world.at) / (365 * 86_400)
  const strike = toNumber(held.strike)
  const total = impliedVolatility * Math.sqrt(years)
  const { expiries } = draft.at(index ?? forward)
  const key = `${held.expiry} ${forward}`
  const expiry = expiries.get(key) ?? {
    at: { expiry: held.expiry, years, forward, options: [] },
    options: [],
  }
  expiries.set(key, expiry)
  expiry.options.push({
    leg,
    right: held.right,
    size: toNumber(held.size),
    strike,
    impliedVolatility,
    price:
      held.price === null
        ? forwardPrice(held.right === 'call', forward, strike, total)
        : toNumber(held.price),
  })
  return null
}

function underlyingOf(asset: AssetId, world: World): FactorId | null {
  const [only, second] = exposuresOf(world, asset).filter(({ factor }) => factor.startsWith(SPOT))
  return only !== undefined && second === undefined && only.elasticity === 1 ? only.factor : null
}

function hasSpotFactor(asset: AssetId, world: World): boolean {
  return exposuresOf(world, asset).some(({ factor }) => factor.startsWith(SPOT))
}
