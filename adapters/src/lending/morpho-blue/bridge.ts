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
import { positionValue } from './margin.js'
import { priceDecimals, rawOf, readMarket, readParameters, type SharedMarket } from './shared.js'
import type { MarginState } from './state.js'

/** First part of the ids of legs. */
export const LEG = { collateral: 'collateral:', debt: 'debt:', supply: 'supply:' } as const

/** The shared state of an account's market. @throws InvalidRuleError when it is missing or malformed */
export function marketOf({ account, shared }: VenueState): SharedMarket {
  const { marketKey } = readParameters(account.rule.parameters)
  return readMarket(shared.get(marketKey as SharedKey))
}

/**
 * The account as the contract's arithmetic reads it. The oracle's price is that of the collateral's
 * mark over that of the loan asset's, which gives back what the oracle said to the last unit.
 *
 * @throws InvalidRuleError when shared state is missing or malformed
 * @throws MarkError when a price is missing, negative, or of the loan asset and 0
 */
export function marginStateOf(venue: VenueState): MarginState {
  const { loan, collateral, ...market } = marketOf(venue)
  const legOf = (prefix: string): Leg | undefined =>
    venue.account.legs.find(({ id }) => id.startsWith(prefix))
  const held = rawOf(legOf(LEG.collateral))
  return {
    market,
    price: collateral === null ? 0n : priceOf(venue.marks, loan, collateral, held > 0n),
    collateral: held,
    borrowShares: rawOf(legOf(LEG.debt)),
    supplyShares: rawOf(legOf(LEG.supply)),
    at: venue.at,
  }
}

type Token = SharedMarket['loan']

function priceOf(
  marks: VenueState['marks'],
  loan: Token,
  collateral: Token,
  isHeld: boolean,
): bigint {
  const above = marks.get(collateral.mark as MarkId)?.mid
  const below = marks.get(loan.mark as MarkId)?.mid
  if (above === undefined && !isHeld) return 0n
  const isPriced = above !== undefined && below !== undefined && above.raw >= 0n && below.raw > 0n
  if (!isPriced) {
    throw new MarkError(
      `The price ${collateral.mark} or ${loan.mark} is missing, or not above 0. Pass the marks of the account's portfolio.`,
    )
  }
  const decimals = priceDecimals(loan.decimals, collateral.decimals) + below.decimals
  const shift = decimals - above.decimals
  const scaled = shift >= 0 ? above.raw * 10n ** BigInt(shift) : above.raw
  const divisor = shift >= 0 ? below.raw : below.raw * 10n ** BigInt(-shift)
  return scaled / divisor
}

/** Legs of a position at the state's time. */
export function legsOf(state: MarginState, { loan, collateral }: SharedMarket): readonly Leg[] {
  const { supplied, borrowed } = positionValue(state)
  const legs: Leg[] = []
  const common = (token: Token) => ({ asset: token.asset as AssetId, mark: token.mark as MarkId })
  const tokenOf = ({ asset }: Token): string => asset.slice(asset.lastIndexOf(':') + 1)
  if (state.collateral > 0n && collateral !== null) {
    legs.push({
      ...common(collateral),
      kind: 'collateral',
      id: `${LEG.collateral}${tokenOf(collateral)}`,
      amount: { raw: state.collateral, decimals: collateral.decimals },
      counts: true,
      native: state.collateral,
    })
  }
  if (state.borrowShares > 0n) {
    legs.push({
      ...common(loan),
      kind: 'debt',
      id: `${LEG.debt}${tokenOf(loan)}`,
      amount: { raw: borrowed, decimals: loan.decimals },
      native: state.borrowShares,
    })
  }
  if (state.supplyShares > 0n) {
    legs.push({
      ...common(loan),
      kind: 'collateral',
      id: `${LEG.supply}${tokenOf(loan)}`,
      amount: { raw: supplied, decimals: loan.decimals },
      counts: false,
      native: state.supplyShares,
    })
  }
  return legs
}

/** The model's state after something changed the position or its market. */
export function venueStateOf(before: VenueState, after: MarginState): VenueState {
  const { account } = before
  const { marketKey } = readParameters(account.rule.parameters)
  const market: SharedMarket = { ...marketOf(before), ...after.market }
  const shared = new Map<SharedKey, Native>(before.shared)
  shared.set(marketKey as SharedKey, market)
  const next: MarginAccount = {
    ...account,
    legs: legsOf(after, market),
    // What the venue reported is of the state before.
    reconciliation: reconcile(account.reconciliation.formulaVersion, []),
  }
  return { ...before, account: next, shared }
}

/** The marks of a market in force. @throws MarkError when one is missing */
export function marksOf(venue: VenueState, tokens: readonly Token[]): readonly Mark[] {
  return tokens.map(({ mark }) => {
    const found = venue.marks.get(mark as MarkId)
    if (found !== undefined) return found
    throw new MarkError(`The price ${mark} is missing. Pass the marks of the account's portfolio.`)
  })
}
