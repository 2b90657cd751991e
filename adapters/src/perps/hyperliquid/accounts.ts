import type { Check, Leg, MarginAccount } from '@plimsoll/model'
import type { PerToken, WireBalance, WireSpotState } from './answers.js'
import type { Dex, Held } from './dex.js'
import { isolatedEquity } from './dex.js'
import { larger, magnitude, times, total, usdRounding } from './fixed-point.js'
import type { Backing, Book, OwnerReading, Prices } from './legs.js'
import { backingLeg, balanceLeg, buildAccount, cashLeg, perpLeg, USDC } from './legs.js'
import { countedWeight, crossSums } from './margin.js'
import { BALANCE_UNIT, check, dexChecks, positionChecks, ratioCheck } from './reconcile.js'
import { unsupported } from './unsupported.js'

/**
 * All margin accounts of one owner, so that each part of the equity is in exactly one of them:
 * standard: one cross account a dex, each isolated position, spot balances apart; pooled modes: one
 * cross account a collateral token over its dexes, whose equity is the spot total without what
 * isolated positions hold of it.
 *
 * @throws UnsupportedVenueStateError for states that no known rule covers.
 */
export function accountsOf(
  reading: OwnerReading,
  prices: Prices,
  book: Book,
): readonly MarginAccount[] {
  const { mode, spot, dexes } = reading
  const isPortfolio = mode === 'portfolioMargin'
  const isPooled = isPortfolio || mode === 'unifiedAccount'
  const backing = isPortfolio ? backingOf(spot, prices) : []
  const pooled = dexes.filter(
    ({ collateralToken, cross, isolated }) =>
      isPooled && ((isPortfolio && collateralToken === USDC) || cross.length + isolated.length > 0),
  )
  const pools = [...new Set(pooled.map(({ collateralToken }) => collateralToken))]
  const taken = new Set<number | undefined>([
    ...pools,
    ...backing.map(({ balance }) => balance.token),
  ])
  return [
    ...pools.map((token) => pooledAccount(reading, token, token === USDC ? backing : [], book)),
    ...(isPooled ? [] : dexes.flatMap((dex) => dexAccount(reading, dex, book))),
    ...dexes.flatMap((dex) =>
      dex.isolated.map((held) => {
        const cash = held.rawUsd ?? 0n
        const parts = { kind: 'isolated', of: held.coin, dexes: [dex], held: [held], cash } as const
        return perpAccount(reading, book, parts)
      }),
    ),
    ...holdings(
      reading,
      spot.balances.filter(({ token, total }) => total !== 0n && !taken.has(token)),
      prices,
      book,
    ),
  ]
}

/** What differs between accounts that hold positions. */
type PerpParts = {
  readonly kind: 'cross' | 'isolated'
  readonly of: string
  readonly dexes: readonly Dex[]
  readonly held: readonly Held[]
  /** Signed collateral token, without notionals. */
  readonly cash: bigint
  readonly borrowed?: bigint
  readonly backing?: readonly Backing[]
  /** What the venue says of a pooled account. */
  readonly reported?: { readonly available: bigint | undefined; readonly ratio: bigint | undefined }
}

function perpAccount(reading: OwnerReading, book: Book, parts: PerpParts): MarginAccount {
  const { dexes, held, cash, borrowed = 0n, backing = [], reported } = parts
  const { value, notional, maintenance } = crossSums(held)
  const collateral = total(backing, ({ counted, oracle, ltv }) =>
    times(times(counted, oracle), countedWeight(ltv)),
  )
  const isolated = reported === undefined ? [] : dexes.flatMap((dex) => dex.isolated)
  const largest = notional + magnitude(cash) + total(isolated, ({ wire }) => wire.positionValue)
  const error =
    BigInt(2 * (held.length + isolated.length) + 1) * usdRounding(largest) +
    total(backing, ({ oracle }) => times(BALANCE_UNIT, oracle))
  const netEquity = cash + value
  const available = { value: netEquity + collateral - maintenance, error }
  const token = dexes[0]?.collateralToken ?? USDC
  const { available: left, ratio } = reported ?? {}
  const pooled: Check[] = []
  if (left !== undefined) {
    pooled.push(check('availableAfterMaintenance', left, available.value, error + BALANCE_UNIT))
  }
  if (ratio !== undefined) {
    pooled.push(ratioCheck(ratio, { netEquity, collateral, maintenance }, error))
  }
  const debt = { ...cashLeg(book, token, borrowed), id: 'borrowed', kind: 'debt' } as const
  return buildAccount(reading, {
    ...parts,
    legs: [
      cashLeg(book, token, cash + borrowed),
      ...(borrowed > 0n ? [debt] : []),
      ...backing.map((entry) => backingLeg(book, entry)),
      ...held.map((position) => perpLeg(reading, position, book)),
    ],
    checks: [
      ...held.flatMap((one) => positionChecks(one, available)),
      ...pooled,
      ...dexes.flatMap(dexChecks),
    ],
  })
}

/** The cross account of one dex on its own. */
function dexAccount(reading: OwnerReading, dex: Dex, book: Book): readonly MarginAccount[] {
  const cash = dex.state.crossMarginSummary.totalRawUsd
  if (dex.cross.length === 0 && cash === 0n) return []
  const of = dex.name || 'main'
  return [perpAccount(reading, book, { kind: 'cross', of, dexes: [dex], held: dex.cross, cash })]
}

/** The cross account of one collateral token over all its dexes. */
function pooledAccount(
  reading: OwnerReading,
  token: number,
  backing: readonly Backing[],
  book: Book,
): MarginAccount {
  const { spot, mode } = reading
  const dexes = reading.dexes.filter(({ collateralToken }) => collateralToken === token)
  const held = dexes.flatMap(({ cross }) => cross)
  const isPortfolio = mode === 'portfolioMargin'
  if (isPortfolio && token !== USDC && held.length > 0) {
    throw unsupported(`portfolio margin of token ${token} has no known rule`)
  }
  const balance = spot.balances.find((entry) => entry.token === token)
  return perpAccount(reading, book, {
    kind: 'cross',
    of: `token:${token}`,
    dexes,
    held,
    cash:
      (balance?.total ?? 0n) -
      total(
        dexes.flatMap(({ isolated }) => isolated),
        isolatedEquity,
      ) -
      crossSums(held).value,
    borrowed: balance?.borrowed ?? 0n,
    backing,
    reported: {
      available: entryOf(spot.tokenToAvailableAfterMaintenance, token),
      ratio: token === USDC ? spot.portfolioMarginRatio : undefined,
    },
  })
}

function entryOf(entries: PerToken | undefined, token: number): bigint | undefined {
  return entries?.find(([index]) => index === token)?.[1]
}

/** Balances that back a USDC borrow, at the venue's borrow oracle. */
function backingOf(spot: WireSpotState, { reserves }: Prices): readonly Backing[] {
  return spot.balances.flatMap((balance) => {
    const { token, coin, borrowed = 0n, supplied = 0n } = balance
    if (token === undefined || token === USDC) return []
    if (borrowed > 0n) {
      throw unsupported(`portfolio margin of ${coin} debt has no known rule`)
    }
    const { oraclePx: oracle, ltv } = reserves.get(token) ?? { oraclePx: 0n, ltv: 0n }
    if (ltv === 0n || balance.total <= 0n) return []
    // Only what is supplied counts; the venue supplies up to the user's cap.
    const counted = supplied - larger(0n, supplied - balance.total)
    return [{ balance, oracle, ltv, counted }]
  })
}

/** Spot balances that carry no position, in one account without a requirement. */
function holdings(
  reading: OwnerReading,
  balances: readonly WireBalance[],
  prices: Prices,
  book: Book,
): readonly MarginAccount[] {
  const legs = balances.map((balance): Leg => {
    const { token, coin, total: amount } = balance
    if (amount < 0n) throw unsupported(`the spot balance of ${coin} is negative`)
    return balanceLeg(book, balance, 'mid', (token === undefined ? 0n : prices.mid(token)) ?? 0n)
  })
  if (legs.length === 0) return []
  return [
    buildAccount(reading, {
      kind: 'holdings',
      of: 'spot',
      dexes: reading.dexes,
      legs,
      checks: [],
    }),
  ]
}
