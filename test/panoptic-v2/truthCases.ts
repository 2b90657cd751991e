import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { type TruthAccount, truthAccount } from '../truth-models/panoptic-v2.js'

const amount = z.string().transform(BigInt)
const side = z.object({ balance: amount, required: amount })
const file = z.object({
  cases: z.array(
    z.looseObject({
      id: z.string(),
      strategy: z.string(),
      expect: z.object({
        requirements: z.array(z.object({ token0: amount, token1: amount })),
        margin: z.object({ token0: side, token1: side }),
        solvent: z.boolean(),
      }),
    }),
  ),
})

/** A case of the measured random accounts, with what the venue answered. */
export type MeasuredCase = TruthAccount & {
  readonly id: string
  readonly strategy: string
  readonly expect: z.infer<typeof file>['cases'][number]['expect']
}

/** All measured random accounts. */
export function measuredCases(): readonly MeasuredCase[] {
  const text = readFileSync(new URL('../truth/panoptic-v2-random.json', import.meta.url), 'utf8')
  return file.parse(JSON.parse(text)).cases.map((entry) => ({
    ...truthAccount(entry),
    id: entry.id,
    strategy: entry.strategy,
    expect: entry.expect,
  }))
}
