import type { Check, Flag, Leg, MarginAccount } from '@plimsoll/model'
import { formatAmount, UnsupportedVenueStateError } from '@plimsoll/model'
import type { PerToken, WireBalance, WireSpotState } from './answers.js'
import { larger, magnitude, ONE, over, times, total } from './fixed-point.js'
import type { AccountParts, Book, Dex, OwnerReading, Prices } from './legs.js'
import { buildAccount, cashLeg, perpLeg, reserveLeg, tokenLeg } from './legs.js'
import {
  borrowedForMaintenance,
  crossSums,
  formulaVersionAt,
  maintenanceOf,
  type PortfolioMargin,
} from './margin.js'
import type { Held, Rounded } from './reconcile.js'
import {
  availableCheck,
  BALANCE_UNIT,
  backingCheck,
  dexChecks,
  isolatedEquity,
  positionChecks,
  ratioCheck,
  sumRounding,
} from './reconcile.js'
import { USDC } from './tokens.js'

/** Collateral of a portfolio-margin borrow. */
type Backing = {
  readonly balance: WireBalance & { readonly token: number }
  readonly oracle: bigint
  readonly ltv: bigint
  /** What the venue counts: supplied, up to the user's supply cap. */
  readonly counted: bigint
}

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
  const isolated = dexes.flatMap((dex) => isolatedAccounts(reading, dex, book))
  if (mode === 'standard' || mode === 'dexAbstraction') {
    return [
      ...dexes.flatMap((dex) => dexAccount(reading, dex, book)),
      ...isolated,
      ...holdings(reading, spot.balances, prices, book),
    ]
  }
  const isPortfolio = mode === 'portfolioMargin'
  const backing = isPortfolio ? backingOf(spot, prices) : []
  const pools = [...new Set(dexes.map(({ collateralToken }) => collateralToken))].filter(
    (token) =>
      (isPortfolio && token === USDC) ||
      dexes.some((dex) => dex.collateralToken === token && dex.held.length > 0),
  )
  const inPools = new Set<number | undefined>([
    ...pools,
    ...backing.map(({ balance }) => balance.token),
  ])
  const others = spot.balances.filter(({ token }) => !inPools.has(token))
  return [
    ...pools.map((token) => pooledAccount(reading, token, token === USDC ? backing : [], book)),
    ...isolated,
    ...holdings(reading, others, prices, book),
  ]
}

function heldAs(dexes: readonly Dex[], type: 'cross' | 'isolated'): readonly Held[] {
  return dexes.flatMap(({ held }) => held).filter(({ wire }) => wire.leverage.type === type)
}

const dexLabel = (name: string): string => (name === '' ? 'main dex' : `dex ${name}`)

function isolatedAccounts(reading: OwnerReading, dex: Dex, book: Book): readonly MarginAccount[] {
  const formula = formulaVersionAt(dex.state.time)
  const totals = dexChecks(dex.state, dex.held)
  return heldAs([dex], 'isolated').map((held) => {
    const { wire, position } = held
    const equity = isolatedEquity(held)
    const rounding = sumRounding(3, larger(wire.positionValue, magnitude(equity)))
    const available = { value: equity - maintenanceOf(position), error: rounding }
    const rawUsd = wire.leverage.type === 'isolated' ? wire.leverage.rawUsd : 0n
    return buildAccount(reading, {
      path: `isolated/${wire.coin}`,
      label: `${wire.coin} isolated, ${dexLabel(dex.name)}`,
      tag: 'hyperliquid/isolated',
      fidelity: 'isolated',
      dexes: [dex],
      legs: [cashLeg(book, dex.collateralToken, rawUsd), perpLeg(reading, dex, held, book)],
      checks: [...positionChecks(held, available, formula), ...totals],
    })
  })
}

/** The cross account of one dex on its own. */
function dexAccount(reading: OwnerReading, dex: Dex, book: Book): readonly MarginAccount[] {
  const { crossMarginSummary, marginSummary, time } = dex.state
  const cross = heldAs([dex], 'cross')
  const rawUsd = crossMarginSummary.totalRawUsd
  if (cross.length === 0 && rawUsd === 0n) return []
  const { value, maintenance } = crossSums(cross.map(({ position }) => position))
  const largest = larger(magnitude(rawUsd), marginSummary.totalNtlPos)
  const available = {
    value: rawUsd + value - maintenance,
    error: sumRounding(2 * cross.length + 1, largest),
  }
  return [
    buildAccount(reading, {
      path: `cross/${dex.name === '' ? 'main' : dex.name}`,
      label: `cross, ${dexLabel(dex.name)}`,
      tag: 'hyperliquid/cross',
      fidelity: reading.mode,
      dexes: [dex],
      legs: [
        cashLeg(book, dex.collateralToken, rawUsd),
        ...cross.map((held) => perpLeg(reading, dex, held, book)),
      ],
      checks: [
        ...cross.flatMap((held) => positionChecks(held, available, formulaVersionAt(time))),
        ...dexChecks(dex.state, dex.held),
      ],
    }),
  ]
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
  const cross = heldAs(dexes, 'cross')
  const isolated = heldAs(dexes, 'isolated')
  const isPortfolio = mode === 'portfolioMargin'
  if (isPortfolio && token !== USDC && cross.length > 0) {
    throw new UnsupportedVenueStateError(
      `The portfolio-margin account ${reading.address} has cross positions on a dex that settles in token ${token}: no recording shows how the venue margins them. Read it in the venue's own app.`,
    )
  }
  const balance = spot.balances.find((entry) => entry.token === token)
  const { value, maintenance } = crossSums(cross.map(({ position }) => position))
  const netEquity = (balance?.total ?? 0n) - total(isolated, isolatedEquity)
  const borrowed = balance?.borrowed ?? 0n
  const collateral = total(backing, ({ counted, oracle, ltv }) =>
    times(times(counted, oracle), (ONE + ltv) / 2n),
  )
  const largest =
    total(dexes, ({ state }) => state.marginSummary.totalNtlPos) + magnitude(netEquity)
  const error =
    sumRounding(2 * isolated.length + cross.length, largest) +
    total(backing, ({ oracle }) => times(BALANCE_UNIT, oracle)) +
    BALANCE_UNIT
  const available = { value: netEquity + collateral - maintenance, error }
  const account = { netEquity, collateral, maintenance }
  const pooled = pooledChecks(
    spot,
    token,
    available,
    isPortfolio && token === USDC ? { account, backing } : null,
  )
  return buildAccount(reading, {
    path: `cross/token:${token}`,
    label: `${isPortfolio ? 'portfolio margin' : 'unified'} ${balance?.coin ?? `token ${token}`}`,
    tag: 'hyperliquid/cross',
    fidelity: mode,
    dexes,
    legs: [
      cashLeg(book, token, netEquity - value + borrowed),
      ...(borrowed > 0n
        ? [{ ...cashLeg(book, token, borrowed), id: 'borrowed', kind: 'debt' } as const]
        : []),
      ...backing.map(({ balance: held, oracle, ltv, counted }) =>
        reserveLeg(book, held, { oracle, ltv, counted }),
      ),
      ...dexes.flatMap((dex) =>
        heldAs([dex], 'cross').map((held) => perpLeg(reading, dex, held, book)),
      ),
    ],
    checks: [
      ...dexes.flatMap((dex) =>
        heldAs([dex], 'cross').flatMap((held) =>
          positionChecks(held, available, formulaVersionAt(dex.state.time)),
        ),
      ),
      ...pooled,
      ...dexes.flatMap((dex) => dexChecks(dex.state, dex.held)),
    ],
    flags: apartFlags(pooled),
  })
}

/** Spot and perp answers are of two instants; a move of the marks between them shows as a residual. */
function apartFlags(checks: readonly Check[]): readonly Flag[] {
  const off = checks.find(({ residual, tolerance }) => residual > tolerance)
  if (off === undefined) return []
  return [
    {
      code: 'answers-apart',
      severity: 'warning',
      message: `The venue's spot answer says ${off.name} ${formatAmount(off.reported)}, its perp answers make it ${formatAmount(off.recomputed)}: marks moved between the answers, or one of them is wrong. Read again.`,
    },
  ]
}

/** What the venue says of a pooled account in its spot answer. */
function pooledChecks(
  spot: WireSpotState,
  token: number,
  available: Rounded,
  portfolio: { readonly account: PortfolioMargin; readonly backing: readonly Backing[] } | null,
): readonly Check[] {
  const checks: Check[] = []
  const reported = entryOf(spot.tokenToAvailableAfterMaintenance, token)
  if (reported !== undefined) checks.push(availableCheck(reported, available))
  if (portfolio === null) return checks
  const { account, backing } = portfolio
  const ratio = spot.portfolioMarginRatio
  if (ratio !== undefined) checks.push(ratioCheck(ratio, account, available.error))
  const [only] = backing
  if (only === undefined || backing.length > 1) return checks
  const left = entryOf(spot.tokenToAvailableAfterMaintenance, only.balance.token)
  if (left !== undefined) {
    const perUnit = times(only.oracle, (ONE + only.ltv) / 2n)
    const value = only.balance.total - over(borrowedForMaintenance(account), perUnit)
    const rounded = { value, error: over(available.error, perUnit) + BALANCE_UNIT }
    checks.push(backingCheck(only.balance.coin, left, rounded))
  }
  return checks
}

function entryOf(entries: PerToken | undefined, token: number): bigint | undefined {
  return entries?.find(([index]) => index === token)?.[1]
}

/** Balances that back a USDC borrow, at the venue's borrow oracle. */
function backingOf(spot: WireSpotState, { reserves }: Prices): readonly Backing[] {
  return spot.balances.flatMap((balance) => {
    const { token } = balance
    if (token === undefined || token === USDC) return []
    if ((balance.borrowed ?? 0n) > 0n) {
      throw new UnsupportedVenueStateError(
        `The portfolio-margin account borrows ${balance.coin}: no recording shows how the venue margins a borrow that is not USDC. Read it in the venue's own app.`,
      )
    }
    const reserve = reserves.get(token)
    if (reserve === undefined || reserve.ltv === 0n || balance.total <= 0n) return []
    const supplied = balance.supplied ?? 0n
    const counted = supplied < balance.total ? supplied : balance.total
    const used = entryOf(spot.tokenToPortfolioSupplyRatio, token) ?? 0n
    return [
      {
        balance: { ...balance, token },
        oracle: reserve.oraclePx,
        ltv: reserve.ltv,
        counted: over(counted, larger(ONE, used)),
      },
    ]
  })
}

/** Spot balances that carry no position, in one account without a requirement. */
function holdings(
  reading: OwnerReading,
  balances: readonly WireBalance[],
  prices: Prices,
  book: Book,
): readonly MarginAccount[] {
  const legs = balances
    .filter((balance) => balance.total !== 0n)
    .map((balance): Leg => {
      if (balance.total > 0n) return tokenLeg(book, balance, prices)
      throw new UnsupportedVenueStateError(
        `The spot balance of ${balance.coin} is negative outside portfolio margin. Read the account again; if it stays so, update the adapter.`,
      )
    })
  if (legs.length === 0) return []
  const parts: AccountParts = {
    path: 'spot',
    label: 'spot balances',
    tag: 'hyperliquid/holdings',
    fidelity: 'holdings',
    dexes: reading.dexes,
    legs,
    checks: [],
  }
  return [buildAccount(reading, parts)]
}
