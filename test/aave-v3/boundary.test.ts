import {
  boundaryPrice,
  findLiquidation,
  type MarginState,
  withPrice,
} from '@plimsoll/adapters/lending/aave-v3/exact'
import { UnsupportedVenueStateError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { type Random, randomState, seededRandom } from '../contracts/aave-v3/random-state.js'
import { loan } from './loan.js'

const CASES = process.env.PLIMSOLL_DEEP === '1' ? 3_000 : 300
const SEED = 20_261_126
const ASSETS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'] as const

describe('boundaryPrice', () => {
  it.each([1, 4, 7, 8, 9, 10, 11])(
    `parts the safe prices from the others, pool revision %i, ${CASES} random states`,
    (revision) => {
      const random = seededRandom(SEED + revision)
      for (let index = 0; index < CASES; index += 1) {
        const state = randomState(random, { revision, assets: ASSETS, now: 1_790_000_000 })
        const priceId = random.pick(ASSETS)
        const boundary = boundaryPrice(state, priceId)
        const verdict = (price: bigint): boolean =>
          findLiquidation(withPrice(state, priceId, price)) !== null
        const label = `state ${index}, ${priceId}`
        if (boundary === null) {
          expect(turns(random, verdict), label).toBe(false)
          continue
        }
        expect(verdict(boundary.price), label).toBe(true)
        for (const safe of towardsSafety(random, boundary.side, boundary.price)) {
          expect(verdict(safe), `${label} at ${safe}`).toBe(false)
        }
      }
    },
  )

  it('is null without debt, without the asset, and when nothing of it can turn the verdict', () => {
    const state = loan({ revision: 10, wethPriceE8: 3_000n * 10n ** 8n })
    expect(boundaryPrice({ ...state, positions: state.positions.slice(0, 1) }, 'WETH')).toBeNull()
    expect(boundaryPrice(state, 'WBTC')).toBeNull()
    const paused = state.positions.map((position) => ({
      ...position,
      reserve: { ...position.reserve, paused: true },
    }))
    expect(boundaryPrice({ ...state, positions: paused }, 'WETH')).toBeNull()
  })

  it('rises for what is owed', () => {
    const state = loan({ revision: 10, wethPriceE8: 3_000n * 10n ** 8n })
    // 24,750 USD of thresholds over 15,000 USDC.
    expect(boundaryPrice(state, 'USDC')).toEqual({ side: 'rising', price: 165_000_001n })
  })

  it('takes supply and debt of one asset together', () => {
    const [weth, usdc] = loan({ revision: 10, wethPriceE8: 3_000n * 10n ** 8n }).positions
    if (weth === undefined || usdc === undefined) throw new RangeError('two positions')
    const both = { ...weth, scaledDebt: 10n ** 18n, borrowing: true }
    const state: MarginState = {
      ...loan({ revision: 10, wethPriceE8: 3_000n * 10n ** 8n }),
      positions: [both, usdc],
    }
    // (10 × 0.825 − 1) × p < 15,000 up to this price.
    expect(boundaryPrice(state, 'WETH')).toEqual({ side: 'falling', price: 206_896_551_724n })
  })

  it('says when supply and debt cancel so nearly that no boundary can be found', () => {
    const [weth, usdc] = loan({ revision: 10, wethPriceE8: 3_000n * 10n ** 8n }).positions
    if (weth === undefined || usdc === undefined) throw new RangeError('two positions')
    const looped = { ...weth, scaledDebt: 8_249_999_999_999_999_999n, borrowing: true }
    const state: MarginState = {
      ...loan({ revision: 10, wethPriceE8: 3_000n * 10n ** 8n }),
      positions: [looped, { ...usdc, scaledDebt: 1n }],
    }
    expect(() => boundaryPrice(state, 'WETH')).toThrow(UnsupportedVenueStateError)
  })
})

/** Whether the verdict differs between any of many prices. */
function turns(random: Random, verdict: (price: bigint) => boolean): boolean {
  const seen = new Set<boolean>()
  for (let count = 0; count < 12; count += 1) seen.add(verdict(random.magnitude(1n, 1n << 90n)))
  return seen.size > 1
}

/** The next price and others further to the safe side. */
function towardsSafety(
  random: Random,
  side: 'falling' | 'rising',
  price: bigint,
): readonly bigint[] {
  const steps = [1n, 2n, 3n, random.magnitude(1n, price + 1n), random.magnitude(1n, 10n * price)]
  return steps
    .map((step) => (side === 'falling' ? price + step : price - step))
    .filter((safe) => safe > 0n)
}
