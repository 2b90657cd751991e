import { EMPTY_DEX, meta, venueOf } from './recorded.js'
import type { Venue } from './venue.js'

// A made-up venue that does its own sums, in integers of 1e-6 USD, so that a test can compare.

/** A position: size in 1e-2, price in 1e-2 USD, its own balance in 1e-6 USD (null: cross). */
export type MadePosition = {
  readonly coin: string
  readonly size: number
  readonly price: number
  readonly maxLeverage: number
  readonly leverage: number
  readonly isolated: number | null
}
export type MadeDex = {
  readonly name: string
  readonly collateralToken: number
  /** Cross balance in 1e-6 USD; what it means depends on the mode. */
  readonly rawUsd: number
  readonly positions: readonly MadePosition[]
}
export type MadeMode =
  | 'default'
  | 'disabled'
  | 'dexAbstraction'
  | 'unifiedAccount'
  | 'portfolioMargin'
export type MadeAccount = {
  readonly mode: MadeMode
  readonly dexes: readonly MadeDex[]
  /** Spot totals by token, in 1e-8. */
  readonly spot: { readonly [token: number]: number }
}

const MICRO = 1_000_000n

export function decimalText(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
  const point = digits.length - decimals
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
}

const usd = (micro: bigint): string => decimalText(micro, 6)
const absolute = (value: bigint): bigint => (value < 0n ? -value : value)
const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n)

/** Signed notional in 1e-6 USD. */
export const notional = ({ size, price }: MadePosition): bigint =>
  BigInt(size) * BigInt(price) * 100n
const ratio = (value: bigint, divisor: number): bigint =>
  (value + BigInt(divisor) / 2n) / BigInt(divisor)
const maintenance = (position: MadePosition): bigint =>
  ratio(absolute(notional(position)), 2 * position.maxLeverage)
const equityOf = (position: MadePosition): bigint =>
  BigInt(position.isolated ?? 0) + notional(position)
const isIsolated = ({ isolated }: MadePosition): boolean => isolated !== null

/** `price − side × available ÷ |size| ÷ (1 − side ÷ (2 × maxLeverage))`, available in 1e-8; or null. */
function liquidationPx(position: MadePosition, available: bigint): string | null {
  const { size, price, maxLeverage } = position
  const side = size > 0 ? 1n : -1n
  const lots = absolute(BigInt(size))
  const twice = 2n * BigInt(maxLeverage)
  const distance = (side * available * 100n * 100n * twice) / (lots * (twice - side))
  const value = BigInt(price) * 100_000_000n - distance
  return value > 0n ? decimalText(value, 10) : null
}

function summary(rawUsd: bigint, value: bigint, gross: bigint, used: bigint): unknown {
  return {
    accountValue: usd(rawUsd + value),
    totalNtlPos: usd(gross),
    totalRawUsd: usd(rawUsd),
    totalMarginUsed: usd(used),
  }
}

/** What the made-up venue counts an account to be worth, in 1e-6 USD. */
export function venueTotal({ mode, dexes, spot }: MadeAccount): bigint {
  const balances = sum(Object.values(spot).map((total) => BigInt(total))) / 100n
  if (mode === 'unifiedAccount' || mode === 'portfolioMargin') return balances
  return balances + sum(dexes.map(accountValue))
}

const accountValue = ({ rawUsd, positions }: MadeDex): bigint =>
  BigInt(rawUsd) +
  sum(positions.map((position) => (isIsolated(position) ? equityOf(position) : notional(position))))

/** A dex's answer; `available` of its cross account in 1e-8 USD. */
function dexState(dex: MadeDex, available: bigint, time: number): unknown {
  const { rawUsd, positions } = dex
  const cross = positions.filter((position) => !isIsolated(position))
  const isolated = positions.filter(isIsolated)
  const gross = (some: readonly MadePosition[]): bigint =>
    sum(some.map((one) => absolute(notional(one))))
  const used = sum(cross.map((one) => ratio(absolute(notional(one)), one.leverage)))
  const own = sum(isolated.map(equityOf))
  const value = sum(cross.map(notional))
  const ownRaw = sum(isolated.map((one) => BigInt(one.isolated ?? 0)))
  const all = BigInt(rawUsd) + ownRaw
  return {
    marginSummary: summary(all, value + own - ownRaw, gross(positions), used + own),
    crossMarginSummary: summary(BigInt(rawUsd), value, gross(cross), used),
    crossMaintenanceMarginUsed: usd(sum(cross.map(maintenance))),
    withdrawable: '0.0',
    assetPositions: positions.map((one) => ({
      type: 'oneWay',
      position: {
        coin: one.coin,
        szi: decimalText(BigInt(one.size), 2),
        leverage:
          one.isolated === null
            ? { type: 'cross', value: one.leverage }
            : { type: 'isolated', value: one.leverage, rawUsd: usd(BigInt(one.isolated)) },
        entryPx: decimalText(BigInt(one.price), 2),
        positionValue: usd(absolute(notional(one))),
        unrealizedPnl: '0.0',
        returnOnEquity: '0.0',
        liquidationPx: liquidationPx(
          one,
          one.isolated === null ? available : (equityOf(one) - maintenance(one)) * 100n,
        ),
        marginUsed:
          one.isolated === null
            ? usd(ratio(absolute(notional(one)), one.leverage))
            : usd(equityOf(one)),
        maxLeverage: one.maxLeverage,
      },
    })),
    time,
  }
}

/** The venue's answers to every question about one account. */
export function madeUpVenue(account: MadeAccount, time: number = Date.UTC(2026, 9, 1)): Venue {
  const { mode, dexes, spot } = account
  const isPooled = mode === 'unifiedAccount' || mode === 'portfolioMargin'
  const tokens = [...new Set(dexes.map(({ collateralToken }) => collateralToken))]
  /** Spot total − isolated − cross maintenance of all dexes of the token, in 1e-8. */
  const pooled = (token: number): bigint => {
    const positions = dexes.flatMap((dex) => (dex.collateralToken === token ? dex.positions : []))
    const held = positions.map((one) => (isIsolated(one) ? equityOf(one) : maintenance(one)))
    return BigInt(spot[token] ?? 0) - sum(held) * 100n
  }
  const available = (dex: MadeDex): bigint => {
    if (isPooled) return pooled(dex.collateralToken)
    const cross = dex.positions.filter((one) => !isIsolated(one))
    return (BigInt(dex.rawUsd) + sum(cross.map(notional)) - sum(cross.map(maintenance))) * 100n
  }
  const required = sum(
    dexes.flatMap(({ positions }) =>
      positions.map((one) => (isIsolated(one) ? 0n : maintenance(one))),
    ),
  )
  const netEquity = pooled(0) + required * 100n
  const answers = Object.fromEntries(
    dexes.map((dex) => [
      dex.name === '' ? 'clearinghouseState' : `clearinghouseState:${dex.name}`,
      dexState(dex, available(dex), time),
    ]),
  )
  return venueOf({
    ...answers,
    ...('clearinghouseState' in answers ? {} : { clearinghouseState: EMPTY_DEX }),
    userAbstraction: mode,
    allBorrowLendReserveStates: [[0, { oraclePx: '1.0', ltv: '0.0' }]],
    allMids: { '@1': '1.0' },
    spotMeta: {
      tokens: [
        { index: 0, weiDecimals: 8 },
        { index: 360, weiDecimals: 8 },
      ],
      universe: [{ name: '@1', tokens: [360, 0] }],
    },
    allPerpMetas: dexes.map(({ positions, collateralToken, name }) =>
      meta(
        Object.fromEntries(
          positions.length === 0
            ? [[name === '' ? 'BTC' : `${name}:NONE`, 40]]
            : positions.map(({ coin, maxLeverage }) => [coin, maxLeverage]),
        ),
        collateralToken,
      ),
    ),
    spotClearinghouseState: {
      balances: Object.entries(spot).map(([token, total]) => ({
        coin: token === '0' ? 'USDC' : 'USDH',
        token: Number(token),
        total: decimalText(BigInt(total), 8),
        hold: '0.0',
        entryNtl: '0.0',
      })),
      ...(isPooled
        ? {
            tokenToAvailableAfterMaintenance: tokens.map((token) => [
              token,
              decimalText(pooled(token), 8),
            ]),
          }
        : {}),
      ...(mode === 'portfolioMargin'
        ? {
            portfolioMarginEnabled: true,
            ...(required > 0n && netEquity > required * 100n
              ? {
                  portfolioMarginRatio: decimalText(
                    (required * 100n * 10_000n * MICRO + netEquity / 2n) / netEquity,
                    10,
                  ),
                }
              : {}),
          }
        : {}),
    },
  })
}
