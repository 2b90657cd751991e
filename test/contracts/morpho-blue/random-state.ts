import { boundaryPrice, type MarginState } from '@plimsoll/adapters/lending/morpho-blue/exact'
import type { Random } from '../aave-v3/random-state.js'

const DAY = 86_400
const WAD = 10n ** 18n
const YEAR = 31_536_000n
/** The thresholds that Morpho's owner enabled, in percent × 10. */
const LLTVS = [385n, 625n, 770n, 860n, 915n, 945n, 965n, 980n] as const

/**
 * A whole random position in a random market: tiny and huge amounts, shares that drifted from their
 * assets, fees, all kinds of rates, up to 400 days of interest; about half of them near the threshold.
 */
export function randomState(random: Random, now: number): MarginState {
  const lastUpdate = now - (random.chance(0.15) ? 0 : random.integer(1, 400 * DAY))
  const most = random.chance(0.3) ? 10n ** 4n : 10n ** 27n
  const totalBorrowAssets = random.chance(0.03) ? 0n : random.magnitude(1n, most)
  const totalSupplyAssets = random.chance(0.1)
    ? totalBorrowAssets
    : totalBorrowAssets + random.magnitude(1n, most)
  const totalBorrowShares = sharesOf(random, totalBorrowAssets)
  const totalSupplyShares = sharesOf(random, totalSupplyAssets)
  const state = {
    at: now,
    price: 0n,
    collateral: random.chance(0.03) ? 0n : random.magnitude(1n, 10n ** 27n),
    borrowShares: partOf(random, totalBorrowShares),
    supplyShares: partOf(random, totalSupplyShares),
    market: {
      lltv: randomLltv(random),
      totalSupplyAssets,
      totalSupplyShares,
      totalBorrowAssets,
      totalBorrowShares,
      lastUpdate,
      fee: random.chance(0.5) ? 0n : BigInt(random.integer(1, 250)) * 10n ** 15n,
      rate: randomRate(random),
    },
  }
  const price = randomPrice(random, state)
  return { ...state, price }
}

/** Mostly as in real markets; else any, so that roundings of the incentive show. */
function randomLltv(random: Random): bigint {
  if (random.chance(0.6)) return (random.pick(LLTVS) * WAD) / 1000n
  return random.chance(0.5) ? random.magnitude(1n, WAD) - 1n : WAD - random.magnitude(1n, WAD / 2n)
}

function randomRate(random: Random): MarginState['market']['rate'] {
  const yearly = random.magnitude(10n ** 12n, 8n * WAD)
  const kind = random.fraction()
  if (kind < 0.1) return { kind: 'none' }
  if (kind < 0.5) return { kind: 'observed', borrowRate: yearly / YEAR, at: 0 }
  const rateAtTarget = random.chance(0.05) ? 0n : random.magnitude(WAD / 1000n, 2n * WAD) / YEAR
  return { kind: 'adaptive-curve', rateAtTarget }
}

/** Shares that were a millionth of a unit once, and are worth more since. */
function sharesOf(random: Random, assets: bigint): bigint {
  const drift = BigInt(random.integer(300_000, 1_000_000))
  return random.chance(0.1) ? assets * 1_000_000n : assets * drift + BigInt(random.integer(0, 9))
}

function partOf(random: Random, total: bigint): bigint {
  const kind = random.fraction()
  if (kind < 0.1) return 0n
  if (kind < 0.3) return total
  return total === 0n ? 0n : random.magnitude(1n, total)
}

function randomPrice(random: Random, state: MarginState): bigint {
  if (random.chance(0.02)) return 0n
  const boundary = boundaryPrice(state)
  if (boundary === null) return random.magnitude(1n, 10n ** 40n)
  const moved = (boundary * BigInt(random.integer(300, 2000))) / 1000n
  const price = random.chance(0.3) ? boundary + BigInt(random.integer(-1, 2)) : moved
  return price < 0n ? 0n : price > boundary * 2n + 2n ? boundary : price
}
