import { depegCharge } from '@plimsoll/adapters/options/okx'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const inputs = z.object({
  hedgedUSD: z.number(),
  tiers: z.array(z.tuple([z.union([z.number(), z.literal('rest')]), z.number()])),
})

/** OKX: the tiered charge for hedges across stablecoins, exact. */
export const okxModel: TruthModel = {
  name: 'okx depeg charge',
  covers: ({ kind }, { model }) => kind === 'okx-pm' && model === 'PM MR9 stablecoin depeg, tiered',
  run: (_file, truthCase) => {
    const { hedgedUSD, tiers } = inputs.parse(truthCase)
    return {
      MR9: depegCharge(
        hedgedUSD,
        tiers.map(([upTo, factor]) => ({ upTo: upTo === 'rest' ? Infinity : upTo, factor })),
      ),
    }
  },
  tolerance: () => 0,
}
