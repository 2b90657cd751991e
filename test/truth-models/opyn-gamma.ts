import { nakedMargin } from '@plimsoll/adapters/options/opyn-gamma'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const inputs = z.object({
  isPut: z.boolean(),
  strike: z.number(),
  spot: z.number(),
  upperBound: z.number(),
  spotShock: z.number(),
  amount: z.number(),
})

/** Opyn Gamma: collateral of naked vaults by the contract's formula, to the last bit. */
export const opynGammaModel: TruthModel = {
  name: 'opyn-gamma naked margin',
  covers: ({ kind }, { model }) => kind === 'opyn-gamma' && model === 'naked margin',
  run: (_file, truthCase) => {
    const { isPut, strike, spot, upperBound, spotShock, amount } = inputs.parse(truthCase)
    const right = isPut ? 'put' : 'call'
    return {
      marginInCollateral: nakedMargin({
        right,
        strike,
        spot,
        size: amount,
        bound: upperBound,
        spotShock,
      }),
    }
  },
  tolerance: () => 0,
}
