import { black76Delta, black76Price } from '@plimsoll/risk'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const number = z.coerce.number()
const inputs = z.object({
  type: z.enum(['call', 'put']),
  F: number,
  K: number,
  T: number,
  vol: number,
  df: number,
})

/** Black-76 prices and deltas of `black.json`, which holds 25 digits of each. */
export const black76Model: TruthModel = {
  name: 'black76',
  covers: (file, { model }) => file.kind === 'black' && model === 'black76',
  run: (_file, truthCase) => {
    const { type, F, K, T, vol, df } = inputs.parse(truthCase)
    const option = { right: type, forward: F, strike: K, volatility: vol, years: T, discount: df }
    return { price: black76Price(option), deltaForward: black76Delta(option) }
  },
  tolerance: (_file, { F }, path) => ({ absolute: path === 'price' ? 1e-15 * Number(F) : 1e-13 }),
}
