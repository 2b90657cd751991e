import {
  type AssetId,
  type Leg,
  type MarginAccount,
  type Mark,
  MarkError,
  type MarkId,
  type Native,
  reconcile,
  type SharedKey,
  type VenueState,
} from '@plimsoll/model'
import { PRICE_DECIMALS } from './arithmetic.js'
import { accountValue } from './margin.js'
import {
  rawOf,
  readMarket,
  readParameters,
  type SharedCollateral,
  type SharedMarket,
} from './shared.js'
import type { Collateral, MarginState } from './state.js'

/** First part of the ids of legs. */
export const LEG = { collateral: 'collateral:', debt: 'debt:', supply: 'supply:' } as const

type Token = SharedMarket['baseToken']

/** Id of the leg of a token. */
export const legIdOf = (prefix: string, { asset }: Token): string =>
  `${prefix}${asset.slice(asset.lastIndexOf(':') + 1)}`

/** The shared state of an account's market. @throws InvalidRuleError when it is missing or malformed */
export function marketOf({ account, shared }: VenueState): SharedMarket {
  const { marketKey } = readParameters(account.rule.parameters)
  return readMarket(shared.get(marketKey as SharedKey))
}

/**
 * The account as the contract's arithmetic reads it: prices with 8 decimals. Where they are in the base
 * token, each is the mark over the base token's mark, which gives back the feed's answer to the unit.
 *
 * @throws InvalidRuleError when shared state is missing or malformed
 * @throws MarkError when a price of something held is missing, or not above 0
 */
export function marginStateOf(venue: VenueState): MarginState {
  const { baseToken, basePrice, collateral, ...market } = marketOf(venue)
  const legOf = (prefix: string, token: Token): Leg | undefined =>
    venue.account.legs.find(({ id }) => id === legIdOf(prefix, token))
  const base = markOf(venue, baseToken)
  const lent = rawOf(legOf(LEG.supply, baseToken))
  return {
    market,
    basePrice: basePrice ?? aboveZero(baseToken, priceIn(base)),
    principal: lent - rawOf(legOf(LEG.debt, baseToken)),
    collateral: collateral.map((asset): Collateral => {
      const { asset: _asset, mark: _mark, decimals: _decimals, offset: _offset, ...rest } = asset
      const balance = rawOf(legOf(LEG.collateral, asset))
      const isPriced = balance > 0n || venue.marks.has(asset.mark as MarkId)
      if (!isPriced) return { ...rest, balance, price: 0n }
      const own = markOf(venue, asset)
      const price = basePrice === null ? priceIn(own) : priceOver(own, base, basePrice)
      return { ...rest, balance, price: aboveZero(asset, price) }
    }),
    at: venue.at,
  }
}

/** The mark in force of a token. @throws MarkError when it is missing or not above 0 */
export function markOf(venue: VenueState, { mark }: Token): Mark {
  const found = venue.marks.get(mark as MarkId)
  if (found !== undefined && found.mid.raw > 0n) return found
  throw new MarkError(
    `The price ${mark} is missing, or not above 0. Pass the marks of the account's portfolio.`,
  )
}

/** The contract reverts on a price of 0, so there is none to judge by. */
function aboveZero({ mark }: Token, price: bigint): bigint {
  if (price > 0n) return price
  throw new MarkError(
    `The price ${mark} is below the least that the market's feeds can say. Choose a smaller move.`,
  )
}

function priceIn({ mid }: Mark): bigint {
  const shift = PRICE_DECIMALS - mid.decimals
  return shift >= 0 ? mid.raw * 10n ** BigInt(shift) : mid.raw / 10n ** BigInt(-shift)
}

function priceOver({ mid }: Mark, { mid: base }: Mark, basePrice: bigint): bigint {
  const shift = base.decimals - mid.decimals
  const scaled = mid.raw * basePrice
  return shift >= 0
    ? (scaled * 10n ** BigInt(shift)) / base.raw
    : scaled / (base.raw * 10n ** BigInt(-shift))
}

/** Legs of an account at the state's time. */
export function legsOf(
  state: MarginState,
  baseToken: Token,
  collateral: readonly SharedCollateral[],
): readonly Leg[] {
  const { supplied, borrowed } = accountValue(state)
  const common = (prefix: string, token: Token) => ({
    id: legIdOf(prefix, token),
    asset: token.asset as AssetId,
    mark: token.mark as MarkId,
  })
  const held = collateral.flatMap((token, index): readonly Leg[] => {
    const balance = state.collateral[index]?.balance ?? 0n
    if (balance === 0n) return []
    const amount = { raw: balance, decimals: token.decimals }
    return [
      {
        ...common(LEG.collateral, token),
        kind: 'collateral',
        amount,
        counts: true,
        native: balance,
      },
    ]
  })
  const { principal } = state
  const { decimals } = baseToken
  if (principal < 0n) {
    const amount = { raw: borrowed, decimals }
    return [...held, { ...common(LEG.debt, baseToken), kind: 'debt', amount, native: -principal }]
  }
  if (principal === 0n) return held
  const amount = { raw: supplied, decimals }
  const lent: Leg = {
    ...common(LEG.supply, baseToken),
    kind: 'collateral',
    amount,
    counts: false,
    native: principal,
  }
  return [...held, lent]
}

/** The model's state after something changed the account or its market. */
export function venueStateOf(before: VenueState, after: MarginState): VenueState {
  const { account } = before
  const { marketKey } = readParameters(account.rule.parameters)
  const known = marketOf(before)
  const market: SharedMarket = {
    ...known,
    ...after.market,
    collateral: known.collateral.map((asset, index) => ({
      ...asset,
      totalSupplied: after.collateral[index]?.totalSupplied ?? asset.totalSupplied,
    })),
  }
  const shared = new Map<SharedKey, Native>(before.shared)
  shared.set(marketKey as SharedKey, market)
  const next: MarginAccount = {
    ...account,
    legs: legsOf(after, known.baseToken, known.collateral),
    // What the venue reported is of the state before.
    reconciliation: reconcile(account.reconciliation.formulaVersion, []),
  }
  return { ...before, account: next, shared }
}
