import {
  type Observations,
  observationsOf,
  portfolioReturns,
  RISKMETRICS_LAMBDA,
} from '@plimsoll/risk/covariance'
import type { TruthCase, TruthFile, TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const row = z.array(z.number())
export const matrix = z.array(row)
const inputsSchema = z.object({
  data: z.string().optional(),
  X: matrix.optional(),
  w: row.optional(),
  returns: row.optional(),
  lambda: z.number().default(RISKMETRICS_LAMBDA),
})
const dataSchema = z.record(z.string(), z.object({ rows: matrix }))

export function inputsOf({ input }: TruthCase): z.infer<typeof inputsSchema> {
  return inputsSchema.parse(input)
}

/** The observations of a case, in itself or among the data of its file. */
export function observationsIn({ data }: TruthFile, truthCase: TruthCase): Observations {
  const { X, data: name } = inputsOf(truthCase)
  return observationsOf(X ?? dataSchema.parse(data)[name ?? '']?.rows ?? [])
}

/** The series of a case: given, or that of its portfolio. */
export function seriesIn(file: TruthFile, truthCase: TruthCase): Float64Array {
  const { returns, w } = inputsOf(truthCase)
  if (returns !== undefined) return Float64Array.from(returns)
  return portfolioReturns(observationsIn(file, truthCase), Float64Array.from(w ?? []))
}

/** One model of `risk.json` and `risk-random.json`, by how its name starts. */
export function riskModel(
  name: string,
  starts: string,
  run: TruthModel['run'],
  tolerance?: TruthModel['tolerance'],
): TruthModel {
  return {
    name,
    covers: (file, { model }) => file.kind === 'risk' && model?.startsWith(starts) === true,
    run,
    ...(tolerance === undefined ? {} : { tolerance }),
  }
}
