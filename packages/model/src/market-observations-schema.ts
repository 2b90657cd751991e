import * as z from 'zod/mini'
import type { MarketFailure, MarketObservations } from './market-observations.js'
import { depthSchema, fundingSchema, historySchema, surfaceSchema } from './market-state-schema.js'

const text = z.string().check(z.minLength(1))

const failure: z.ZodMiniType<MarketFailure> = z.strictObject({
  adapter: text,
  chain: z.nullable(z.int().check(z.minimum(1))),
  what: z.nullable(text),
  error: text,
  message: text,
})

/**
 * The shape of serialised market observations, with what must hold between their fields. It has a
 * subpath of its own, so that the client's chunk that reads markets holds it alone: through the index a
 * bundler would put it beside the portfolio.
 */
export const marketObservationsSchema: z.ZodMiniType<MarketObservations> = z
  .strictObject({
    // The constant of market-observations.ts, which imports this file.
    format: z.literal('plimsoll-market-observations/1'),
    asOfMs: z.number().check(z.minimum(0)),
    histories: z.array(historySchema),
    depths: z.array(depthSchema),
    surfaces: z.array(surfaceSchema),
    fundings: z.array(fundingSchema),
    failures: z.array(failure),
  })
  .check(
    z.refine(
      ({ asOfMs, histories, depths, surfaces, fundings }) =>
        [...histories, ...depths, ...surfaces, ...fundings].every(
          ({ provenance }) => provenance.asOfMs <= asOfMs,
        ),
      'a row is newer than the observations that hold it',
    ),
  )
