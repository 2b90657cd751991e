import type { LyraParameters } from '@plimsoll/adapters/options/lyra-v1'
import { LYRA_V1_RECORDED, minimumCollateral } from '@plimsoll/adapters/options/lyra-v1'
import fc from 'fast-check'
import { formatEther, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChainPosition, type LocalGreekCache, startGreekCache } from './local-greek-cache.js'

const CASES = process.env.PLIMSOLL_DEEP === '1' ? 1_000 : 100
const RELATIVE = 1e-14

const PARAMETERS: readonly (readonly [string, LyraParameters])[] = [
  ['the recorded parameters', LYRA_V1_RECORDED],
  [
    'other parameters, with a negative rate',
    {
      minimumQuote: 35,
      minimumBase: 0.015,
      shockVolatility: [1.7, 0.9],
      shockDays: [7, 90],
      callSpotShock: 1.05,
      putSpotShock: 0.95,
      rateAndCarry: -0.04,
    },
  ],
]

const position: fc.Arbitrary<ChainPosition> = fc
  .record({
    kind: fc.constantFrom('short-call-base', 'short-call-quote', 'short-put-quote'),
    spot: fc.double({ min: 500, max: 5_000, noNaN: true }),
    moneyness: fc.double({ min: 0.3, max: 3, noNaN: true }),
    logAmount: fc.double({ min: -3, max: 5, noNaN: true }),
    seconds: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 120 * 86_400 }) },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
  })
  .map(({ kind, spot, moneyness, logAmount, seconds }) => ({
    kind,
    spot: parseEther(spot.toFixed(6)),
    strike: parseEther((spot * moneyness).toFixed(2)),
    amount: parseEther(Math.exp(logAmount).toFixed(8)),
    seconds,
  }))

const decimal = (wei: bigint): number => Number(formatEther(wei))

/** Our answer to a position of the contract. */
function ours({ kind, strike, spot, amount, seconds }: ChainPosition, set: LyraParameters): number {
  const years = seconds / 31_536_000
  return minimumCollateral(
    { kind, strike: decimal(strike), years, amount: decimal(amount) },
    decimal(spot),
    set,
  )
}

describe('minimumCollateral, against the contract of the venue', () => {
  let local: LocalGreekCache
  beforeAll(async () => {
    local = await startGreekCache()
  })
  afterAll(() => local?.anvil.stop())

  it.each(PARAMETERS)(
    `is getMinCollateral within ${RELATIVE} on ${CASES} random positions: %s`,
    async (_name, set) => {
      await local.setParameters(set)
      const positions = fc.sample(position, CASES)
      const theirs = (await local.minimumCollateral(positions)).map(decimal)
      const compared = positions.map((held, index) => {
        const [mine, venue] = [ours(held, set), theirs[index] ?? Number.NaN]
        return { residual: Math.abs(mine / venue - 1), mine, venue, ...held }
      })
      expect(compared.filter(({ residual }) => !(residual <= RELATIVE))).toEqual([])
      // Most positions are priced: neither at the static minimum nor at full cover.
      const { minimumBase, minimumQuote } = set
      const priced = compared.filter(
        ({ venue, kind, amount, strike }) =>
          venue !== minimumBase &&
          venue !== minimumQuote &&
          venue !== decimal(amount) &&
          !(kind === 'short-put-quote' && venue >= decimal(amount) * decimal(strike) * 0.999),
      )
      expect(priced.length).toBeGreaterThan(CASES / 2)
    },
  )
})
