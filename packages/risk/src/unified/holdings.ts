import type {
  AccountId,
  AssetId,
  Exposure,
  FactorId,
  Leg,
  MarginAccount,
  OptionLeg,
} from '@plimsoll/model'
import { ownFactor, toNumber } from '@plimsoll/model'
import { byId } from '../order.js'
import { forwardPrice } from '../pricing/black76.js'
import { legWorth, mayBeLiability } from '../valuation/legs.js'
import type { Counted } from '../valuation/lookThrough.js'
import type { World } from '../valuation/world.js'
import { exposuresOf, priceOf, SPOT } from '../valuation/world.js'
import type { LinearHolding, OptionHolding, PegHolding } from './book.js'

const PEG = 'peg:'
const SECONDS_A_YEAR = 365 * 86_400

/** One leg as the unified margin sees it. */
export type Holding = {
  readonly account: AccountId
  /** `<account id>#<leg id>`. */
  readonly leg: string
  readonly kind: Leg['kind']
  readonly asset: AssetId
  /** Signed units. */
  readonly quantity: number
  /** In the numeraire; null where it has no price. */
  readonly worth: number | null
  /** Whether leaving the leg out could make its owner look richer. */
  readonly isLiability: boolean
  readonly linear: readonly (LinearHolding & { readonly factor: FactorId })[]
  readonly options: readonly (OptionHolding & { readonly factor: FactorId })[]
  readonly pegs: readonly (PegHolding & { readonly factor: FactorId })[]
  /** Why its risk is not known; null where it is. */
  readonly problem: string | null
}

/** The legs that count, in canonical order, with what each of them moves with. */
export function holdingsOf(
  accounts: readonly MarginAccount[],
  world: World,
  counted: Counted,
): readonly Holding[] {
  return [...accounts].sort(byId).flatMap((account) => {
    if (!counted.account(account)) return []
    const settlement = settlementOf(account, world)
    return [...account.legs]
      .sort(byId)
      .flatMap((leg) =>
        counted.leg(leg) && !isEmpty(leg) ? [holdingOf(account, leg, world, settlement)] : [],
      )
  })
}

function isEmpty(leg: Leg): boolean {
  return (leg.kind === 'perp' || leg.kind === 'option' ? leg.size : leg.amount).raw === 0n
}

/** Pegs of what an account's perps and options are paid in. */
type Settlement = {
  readonly pegs: readonly Exposure[]
  /** With several cash assets it is not known which of them a perp was paid with. */
  readonly isAmbiguous: boolean
}

function settlementOf({ legs }: MarginAccount, world: World): Settlement {
  const assets = new Set(legs.flatMap((leg) => (leg.kind === 'cash' ? [leg.asset] : [])))
  const [only] = assets
  return only !== undefined && assets.size === 1
    ? { pegs: pegsOf(world, only), isAmbiguous: false }
    : { pegs: [], isAmbiguous: assets.size > 1 }
}

function pegsOf(world: World, asset: AssetId): readonly Exposure[] {
  return exposuresOrOwn(world, asset).filter(({ factor }) => factor.startsWith(PEG))
}

/** An asset without an entry has a factor of its own; one whose entry is empty is the numeraire itself. */
function exposuresOrOwn(world: World, asset: AssetId): readonly Exposure[] {
  return world.assets.has(asset)
    ? exposuresOf(world, asset)
    : [{ factor: ownFactor(asset), elasticity: 1 }]
}

function holdingOf(
  account: MarginAccount,
  leg: Leg,
  world: World,
  settlement: Settlement,
): Holding {
  const id = `${account.id}#${leg.id}`
  const worth = legWorth(leg, world, world)
  const base = {
    account: account.id,
    leg: id,
    kind: leg.kind,
    asset: leg.asset,
    quantity: quantityOf(leg),
    worth,
    isLiability: mayBeLiability(leg),
    linear: [],
    options: [],
    pegs: [],
  } as const
  if (worth === null) {
    return { ...base, problem: 'It has no price in the numeraire. Read its mark.' }
  }
  const holding = { leg: id, quantity: base.quantity, value: worth }
  // What was paid for a perp is cash of its account: only both together are exposed to its pegs.
  const settled = settlement.pegs.map((peg) => ({ ...holding, ...peg }))
  if (leg.kind === 'option') {
    const option = optionOf(id, leg, world)
    return typeof option === 'string'
      ? { ...base, problem: option }
      : { ...base, options: [option], pegs: settled, problem: null }
  }
  const exposures = exposuresOrOwn(world, leg.asset)
  const foreign = exposures.find(
    ({ factor }) => !factor.startsWith(SPOT) && !factor.startsWith(PEG),
  )
  if (foreign !== undefined) {
    return {
      ...base,
      problem: `It moves with ${foreign.factor}, for which there is no stress. Give its asset spot and peg exposures.`,
    }
  }
  const isRelief = leg.kind === 'cash' && worth < 0 && settlement.isAmbiguous
  const own = isRelief ? [] : exposures.filter(({ factor }) => factor.startsWith(PEG))
  const pegs = own.map((peg) => ({ ...holding, ...peg }))
  return {
    ...base,
    linear: exposures
      .filter(({ factor }) => factor.startsWith(SPOT))
      .map((exposure) => ({ ...holding, ...exposure })),
    pegs: leg.kind === 'perp' ? [...pegs, ...settled] : pegs,
    problem: null,
  }
}

function quantityOf(leg: Leg): number {
  switch (leg.kind) {
    case 'debt':
      return -toNumber(leg.amount)
    case 'perp':
    case 'option':
      return toNumber(leg.size)
    case 'collateral':
    case 'share':
    case 'cash':
      return toNumber(leg.amount)
  }
}

/** An option ready to be repriced, or why it cannot be. */
function optionOf(
  id: string,
  leg: OptionLeg,
  world: World,
): (OptionHolding & { readonly factor: FactorId }) | string {
  const [only, second] = exposuresOf(world, leg.asset)
  if (only === undefined || second !== undefined || only.elasticity !== 1) {
    return `${leg.asset} does not move one for one with a single spot factor. Give the asset its exposures.`
  }
  if (!only.factor.startsWith(SPOT)) {
    return `${leg.asset} moves with ${only.factor}, which is no spot factor. Give the asset its exposures.`
  }
  const index = priceOf(world, leg.mark)
  const forward = priceOf(world, leg.forward) ?? index
  if (forward === null || !(forward > 0)) return 'It has no forward or index in the numeraire.'
  if (leg.impliedVolatility === null) return 'Its venue gives no implied volatility.'
  const years = Math.max(0, leg.expiry - world.at) / SECONDS_A_YEAR
  const isCall = leg.right === 'call'
  const strike = toNumber(leg.strike)
  return {
    factor: only.factor,
    leg: id,
    quantity: toNumber(leg.size),
    isCall,
    strike,
    expiry: leg.expiry,
    years,
    forward,
    spot: index ?? forward,
    impliedVolatility: leg.impliedVolatility,
    price:
      leg.price === null
        ? forwardPrice(isCall, forward, strike, leg.impliedVolatility * Math.sqrt(years))
        : toNumber(leg.price),
  }
}
