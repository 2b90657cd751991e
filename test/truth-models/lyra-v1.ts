import type { LyraParameters, LyraPositionKind } from '@plimsoll/adapters/options/lyra-v1'
import { minimumCollateral } from '@plimsoll/adapters/options/lyra-v1'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const parameterSet = z.object({
  minStaticQuote: z.number(),
  minStaticBase: z.number(),
  shockVolA: z.number(),
  pointA_days: z.number(),
  shockVolB: z.number(),
  pointB_days: z.number(),
  callSpotShock: z.number(),
  putSpotShock: z.number(),
  rateAndCarry: z.number(),
})
const inputs = z.object({
  type: z.enum(['short_call_base', 'short_call_quote', 'short_put_quote']),
  strike: z.number(),
  spot: z.number(),
  days: z.number(),
  amount: z.number(),
  params: z.string(),
})
const KINDS: Readonly<Record<z.infer<typeof inputs>['type'], LyraPositionKind>> = {
  short_call_base: 'short-call-base',
  short_call_quote: 'short-call-quote',
  short_put_quote: 'short-put-quote',
}

/** Lyra v1: minimum collateral as the venue's contract answered it. */
export const lyraV1Model: TruthModel = {
  name: 'lyra-v1',
  covers: ({ kind }, { model }) =>
    kind === 'lyra-v1' && model === 'OptionGreekCache.getMinCollateral',
  run: ({ paramSets }, truthCase) => {
    const { type, strike, spot, days, amount, params } = inputs.parse(truthCase)
    const set = z.record(z.string(), parameterSet).parse(paramSets)[params]
    if (set === undefined) return undefined
    const parameters: LyraParameters = {
      minimumQuote: set.minStaticQuote,
      minimumBase: set.minStaticBase,
      shockVolatility: [set.shockVolA, set.shockVolB],
      shockDays: [set.pointA_days, set.pointB_days],
      callSpotShock: set.callSpotShock,
      putSpotShock: set.putSpotShock,
      rateAndCarry: set.rateAndCarry,
    }
    const position = { kind: KINDS[type], strike, years: days / 365, amount }
    return { minCollateral: minimumCollateral(position, spot, parameters) }
  },
  tolerance: () => ({ relative: 1e-14 }),
}
