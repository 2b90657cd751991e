import { crossMargin } from '@plimsoll/adapters/options/bybit'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const inputs = z.object({
  index: z.number(),
  strike: z.number(),
  type: z.enum(['C', 'P']),
  qty: z.number().negative(),
  entry: z.number(),
  mark: z.number(),
  params: z.object({
    mmFactor: z.number(),
    liqFee: z.number(),
    imMax: z.number(),
    imMin: z.number(),
  }),
})

/** Bybit: cross margin of an option sold, exact. */
export const bybitModel: TruthModel = {
  name: 'bybit cross margin',
  covers: ({ kind }, { model }) => kind === 'bybit-pm' && model === 'Cross margin short put',
  run: (_file, truthCase) => {
    const { index, strike, type, qty, entry, mark, params } = inputs.parse(truthCase)
    const right = type === 'C' ? 'call' : 'put'
    const margin = crossMargin(
      { right, strike, index, size: -qty, mark, entry },
      {
        maintenanceFactor: params.mmFactor,
        liquidationFee: params.liqFee,
        initialMaximum: params.imMax,
        initialMinimum: params.imMin,
      },
    )
    return { MM: margin.maintenance, IM: margin.initial }
  },
  tolerance: () => 0,
}
