import { formatAmount, parseAmount, rescaleDown } from '@plimsoll/model'
import type { TruthCase, TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'
import type { Position } from '../../adapters/src/perps/hyperliquid/margin.js'
import {
  crossSums,
  initialOf,
  liquidationPrice,
  maintenanceOf,
  marginTiers,
  portfolioMarginRatio,
  portfolioRequirement,
  signedNotional,
} from '../../adapters/src/perps/hyperliquid/margin.js'

// The venue's own numbers of recorded accounts. What they were computed from is printed rounded, so
// every expected number has a tolerance: what one unit in the last place of each input changes (the
// venue cuts off: 0.05 × 227.675114 is printed as 11.383755).

const DECIMALS = 36
const ONE = 10n ** 36n

const fixed = (text: string): bigint => rescaleDown(parseAmount(text), DECIMALS).raw
const decimalText = (value: bigint): string => formatAmount({ raw: value, decimals: DECIMALS })
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
const times = (a: bigint, b: bigint): bigint => (a * b) / ONE
const over = (a: bigint, b: bigint): bigint => (a * ONE) / b
const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n)

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/)
const balance = z.object({ total: decimal })
const inputsSchema = z.object({
  positions: z.array(
    z.object({
      coin: z.string(),
      szi: decimal,
      mode: z.enum(['isolated', 'cross']),
      leverage: z.number(),
      rawUsd: z.nullish(decimal),
      positionValue: decimal,
      maxLeverage: z.number(),
    }),
  ),
  totalRawUsd: z.optional(decimal),
  marginSummaryTotalRawUsd: z.optional(decimal),
  crossRawUsd: z.optional(decimal),
  spotUSDC: z.optional(balance.extend({ hold: decimal })),
  spot: z.optional(
    z.object({
      USDC: balance.extend({ borrowed: decimal }),
      HYPE: balance.extend({ supplied: decimal, ltv: decimal }),
    }),
  ),
})
type Inputs = z.infer<typeof inputsSchema>

const freqtradeSchema = z.array(
  z.object({
    coin: z.string(),
    entryPx: decimal,
    side: z.enum(['L', 'S']),
    sz: decimal,
    collateral: decimal,
    lev: z.number(),
    maxLev: z.number(),
  }),
)

/**
 * What the same recordings also hold and the cases leave out. Orders: notional of the resting orders
 * of a coin and its leverage, 94 orders in all. Caps: the round numbers behind the recorded ratios.
 */
const BESIDE = {
  'hl-pm-borrowing-14iso-4cross': {
    oracle: { HYPE: '84.114', USDT0: '0.99974' },
    orders: [
      { notional: '1291.879815', leverage: 4 },
      { notional: '262.3175', leverage: 3 },
      { notional: '584.31123', leverage: 5 },
      { notional: '120.53889', leverage: 4 },
      { notional: '832.9779', leverage: 3 },
      { notional: '1371.086998', leverage: 10 },
    ],
    orderCount: 94,
    borrowCap: '50000000',
    supplyCap: '1000000',
  },
  /** crossMarginSummary.totalRawUsd of the example in the venue's documentation. */
  'hl-docs-isolated-ETH': { crossRawUsd: '13104.514502' },
} as const

/** Initial margin of resting orders is held with one percent on top. */
const ORDER_HOLD = (ONE * 101n) / 100n

/** The printed inputs, by name, and the unit of their last place. */
type Knobs = { [name: string]: { value: bigint; unit: bigint } }
const USD_UNIT = ONE / 1_000_000n
const BALANCE_UNIT = ONE / 100_000_000n

type Output = { [name: string]: bigint | null | Output }

function knobsOf(truthCase: TruthCase, inputs: Inputs): Knobs {
  const knobs: Knobs = {}
  const usd = (name: string, text: string | null | undefined): void => {
    if (typeof text === 'string') knobs[name] = { value: fixed(text), unit: USD_UNIT }
  }
  for (const { coin, positionValue, rawUsd } of inputs.positions) {
    usd(`value ${coin}`, positionValue)
    usd(`raw ${coin}`, rawUsd)
  }
  usd('totalRawUsd', inputs.totalRawUsd ?? inputs.marginSummaryTotalRawUsd)
  usd('crossRawUsd', inputs.crossRawUsd)
  if (truthCase.id === 'hl-docs-isolated-ETH') usd('crossRawUsd', BESIDE[truthCase.id].crossRawUsd)
  const coin = (name: string, text: string | undefined): void => {
    if (text !== undefined) knobs[name] = { value: fixed(text), unit: BALANCE_UNIT }
  }
  coin('USDC', inputs.spotUSDC?.total ?? inputs.spot?.USDC.total)
  usd('hold', inputs.spotUSDC?.hold)
  coin('borrowed', inputs.spot?.USDC.borrowed)
  coin('HYPE', inputs.spot?.HYPE.total)
  if (truthCase.id === 'hl-pm-borrowing-14iso-4cross') {
    const { orders, orderCount } = BESIDE[truthCase.id]
    const value = sum(orders.map(({ notional, leverage }) => fixed(notional) / BigInt(leverage)))
    // The venue rounds the margin of each order.
    knobs.orders = { value, unit: BigInt(orderCount) * USD_UNIT }
  }
  return knobs
}

type Held = { readonly coin: string; readonly isIsolated: boolean; readonly position: Position }

function account(inputs: Inputs, at: (name: string) => bigint) {
  const held = inputs.positions.map(({ coin, szi, mode, leverage, maxLeverage }): Held => {
    const size = fixed(szi)
    const price = over(at(`value ${coin}`), magnitude(size))
    const tiers = marginTiers([[0n, maxLeverage]])
    return { coin, isIsolated: mode === 'isolated', position: { size, price, leverage, tiers } }
  })
  const isolated = held.filter(({ isIsolated }) => isIsolated)
  const cross = held.filter(({ isIsolated }) => !isIsolated)
  const equityOf = ({ coin, position }: Held): bigint =>
    at(`raw ${coin}`) + signedNotional(position)
  const sums = crossSums(cross.map(({ position }) => position))
  return {
    isolated,
    cross,
    equityOf,
    sums,
    isolatedEquity: sum(isolated.map(equityOf)),
    isolatedRaw: sum(isolated.map(({ coin }) => at(`raw ${coin}`))),
  }
}

/** Isolated positions: margin used, and the price at which it is down to maintenance. */
function isolatedOutput(inputs: Inputs, at: (name: string) => bigint): Output {
  const { isolated, equityOf, isolatedEquity } = account(inputs, at)
  const [only] = isolated
  if (only === undefined) throw new TypeError('The case holds no isolated position.')
  const available = equityOf(only) - maintenanceOf(only.position)
  return {
    accountValue: at('crossRawUsd') + isolatedEquity,
    marginUsed: equityOf(only),
    liquidationPx: liquidationPrice(only.position, available),
  }
}

function unifiedOutput(inputs: Inputs, at: (name: string) => bigint): Output {
  const { isolatedEquity, sums } = account(inputs, at)
  const crossAccountValue = at('crossRawUsd') + sums.value
  const orders = over(at('hold') - isolatedEquity - sums.initial, ORDER_HOLD)
  return {
    ...isolatedOutput(inputs, at),
    crossAccountValue,
    totalMarginUsed: isolatedEquity + sums.initial,
    availableAfterMaintenanceUSDC: at('USDC') - isolatedEquity - sums.maintenance,
    withdrawable: crossAccountValue - sums.initial - orders,
  }
}

function portfolioOutput(inputs: Inputs, at: (name: string) => bigint): Output {
  const beside = BESIDE['hl-pm-borrowing-14iso-4cross']
  const { isolated, sums, isolatedEquity, isolatedRaw } = account(inputs, at)
  const own = sum(isolated.map(({ position }) => magnitude(signedNotional(position))))
  const oracle = fixed(beside.oracle.HYPE)
  const ltv = fixed(inputs.spot?.HYPE.ltv ?? '0')
  const counted = times(oracle, (ONE + ltv) / 2n)
  const lent = times(oracle, ltv)
  const pm = {
    netEquity: at('USDC') - isolatedEquity,
    collateral: times(at('HYPE'), counted),
    maintenance: sums.maintenance,
  }
  const available = pm.netEquity + pm.collateral - pm.maintenance
  const crossRaw = at('totalRawUsd') - isolatedRaw
  const crossAccountValue = crossRaw + sums.value
  const held = isolatedEquity + sums.initial + times(at('orders'), ORDER_HOLD)
  return {
    accountValue: crossAccountValue + isolatedEquity,
    totalNtlPos: sums.notional + own,
    totalMarginUsed: sums.initial + isolatedEquity,
    crossAccountValue,
    crossTotalNtlPos: sums.notional,
    crossTotalRawUsd: crossRaw,
    crossTotalMarginUsed: sums.initial,
    crossMaintenanceMarginUsed: sums.maintenance,
    withdrawable: crossAccountValue - sums.initial - at('orders'),
    portfolioMarginRatio: portfolioMarginRatio(pm),
    tokenToAvailableAfterMaintenance: {
      '0': available,
      '150': at('HYPE') - over(portfolioRequirement(pm) - pm.maintenance, counted),
      '268': over(available, fixed(beside.oracle.USDT0)),
    },
    usdcHold: held - times(at('HYPE'), lent),
    hypeHold: over(held - at('USDC'), lent),
    tokenToPortfolioBorrowRatio: { '0': over(at('borrowed'), fixed(beside.borrowCap)) },
    tokenToPortfolioSupplyRatio: { '150': over(at('HYPE'), fixed(beside.supplyCap)) },
  }
}

/** The formula until March 2023 or later: today's without its divisor `1 − l × side`. */
function liquidationPrice2023({ size, price }: Position, available: bigint): bigint | null {
  const distance = over(available, magnitude(size))
  const root = size > 0n ? price - distance : price + distance
  return root > 0n ? root : null
}

/** Twelve cross positions of March 2023, when liquidation prices had no divisor. */
function crossOutput(inputs: Inputs, at: (name: string) => bigint): Output {
  const { cross, sums } = account(inputs, at)
  const accountValue = at('totalRawUsd') + sums.value
  const available = accountValue - sums.maintenance
  const perCoin = (of: (position: Position) => bigint | null): Output =>
    Object.fromEntries(cross.map(({ coin, position }) => [coin, of(position)]))
  return {
    accountValue,
    totalNtlPos: sums.notional,
    totalMarginUsed: sums.initial,
    withdrawable: accountValue - sums.initial,
    liquidationPx: perCoin((position) => liquidationPrice2023(position, available)),
    marginUsed: perCoin(initialOf),
  }
}

const OUTPUTS: {
  readonly [mode: string]: (inputs: Inputs, at: (name: string) => bigint) => Output
} = {
  portfolioMargin: portfolioOutput,
  unifiedAccount: unifiedOutput,
  default: isolatedOutput,
  standard: isolatedOutput,
  'standard-2023': crossOutput,
}

/** One isolated position opened at its entry price, from freqtrade's tests. */
function freqtradeOutput(
  row: z.infer<typeof freqtradeSchema>[number],
  change: bigint,
): bigint | null {
  const lots = fixed(row.sz)
  const position = {
    size: row.side === 'L' ? lots : -lots,
    price: fixed(row.entryPx),
    leverage: row.lev,
    tiers: marginTiers([[0n, row.maxLev]]),
  }
  const available = fixed(row.collateral) + change - maintenanceOf(position)
  return liquidationPrice(position, available)
}

const textsOf = (output: Output): unknown =>
  Object.fromEntries(
    Object.entries(output).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? decimalText(value) : value === null ? null : textsOf(value),
    ]),
  )

function leafAt(output: Output, path: string): bigint | null {
  let place: bigint | null | Output | undefined = output
  for (const key of path.split('.')) {
    place = typeof place === 'object' && place !== null ? place[key] : undefined
  }
  return typeof place === 'bigint' ? place : null
}

/** Unit of the last place that the venue prints: 6 for USD, 8 for balances, 10 for prices and ratios. */
function printedUnit(path: string, isOld: boolean): bigint {
  if (path.startsWith('liquidationPx')) return isOld ? BALANCE_UNIT : BALANCE_UNIT / 100n
  if (path.includes('Ratio')) return BALANCE_UNIT / 100n
  return /^(tokenTo|availableAfter|usdcHold|hypeHold)/.test(path) ? BALANCE_UNIT : USD_UNIT
}

function propagated(truthCase: TruthCase, path: string): bigint | undefined {
  const inputs = inputsSchema.parse(truthCase.inputs)
  const output = OUTPUTS[String(truthCase.mode)]
  if (output === undefined) return undefined
  const knobs = knobsOf(truthCase, inputs)
  const leaf = (changed: string | null): bigint | null =>
    leafAt(
      output(inputs, (name) => {
        const knob = knobs[name]
        return (knob?.value ?? 0n) + (name === changed ? (knob?.unit ?? 0n) : 0n)
      }),
      path,
    )
  const value = leaf(null)
  if (value === null) return undefined
  const changes = Object.keys(knobs).map((name) => magnitude((leaf(name) ?? 0n) - value))
  const isOld = !['portfolioMargin', 'unifiedAccount', 'default'].includes(String(truthCase.mode))
  return sum(changes) + printedUnit(path, isOld)
}

const isFreqtrade = ({ expect }: TruthCase): boolean => Array.isArray(expect)

/** Reproduces the recorded accounts of Hyperliquid. */
export const hyperliquidModel: TruthModel = {
  name: 'hyperliquid margin',
  covers: (file, truthCase) =>
    file.kind === 'hyperliquid' &&
    truthCase.venue === 'hyperliquid' &&
    (isFreqtrade(truthCase) || OUTPUTS[String(truthCase.mode)] !== undefined),
  run: (_file, truthCase) => {
    if (isFreqtrade(truthCase)) {
      return freqtradeSchema.parse(truthCase.expect).map((row) => {
        const price = freqtradeOutput(row, 0n)
        return { ...row, liquidationPx: price === null ? null : decimalText(price) }
      })
    }
    const inputs = inputsSchema.parse(truthCase.inputs)
    const knobs = knobsOf(truthCase, inputs)
    const output = OUTPUTS[String(truthCase.mode)]
    return output === undefined
      ? undefined
      : textsOf(output(inputs, (name) => knobs[name]?.value ?? 0n))
  },
  tolerance: (_file, truthCase, path) => {
    if (isFreqtrade(truthCase)) {
      const [, index, field] = /^\[(\d+)\]\.(\w+)$/.exec(path) ?? []
      const row = freqtradeSchema.parse(truthCase.expect)[Number(index)]
      if (field !== 'liquidationPx' || row === undefined) return undefined
      const change = magnitude(
        (freqtradeOutput(row, USD_UNIT) ?? 0n) - (freqtradeOutput(row, 0n) ?? 0n),
      )
      return { absolute: decimalText(change + BALANCE_UNIT) }
    }
    const absolute = propagated(truthCase, path)
    return absolute === undefined ? undefined : { absolute: decimalText(absolute) }
  },
}
