import type { MarketObservations } from '@plimsoll/model'
import { describeIssues } from '@plimsoll/model'
import { marketObservationsSchema } from '@plimsoll/model/market-observations-schema'
import * as z from 'zod/mini'
import { AdapterError } from './errors.js'
import type { MarketQuery, MarketResult } from './marketAdapter.js'
import type { Block, MarketTask } from './source.js'

/** The format of observations; the model's constant of it would bring parsing and serialising along. */
export const FORMAT: MarketObservations['format'] = 'plimsoll-market-observations/1'

/** What a read may last, and clocks may differ by. */
const AHEAD_MS = 300_000

/**
 * What a source returned, checked: rows of the shapes of the model, about factors that were asked,
 * each once, and not dated after the pinned block or the present.
 *
 * @throws AdapterError when it breaks the contract: then nothing of it is used
 */
export function checkMarketResult(
  { adapter, chain }: MarketTask,
  at: { readonly query: MarketQuery; readonly block: Block | null; readonly nowMs: number },
  result: MarketResult,
): MarketResult {
  const { histories, depths, surfaces, fundings, gaps, memory } = result
  const latestMs = Math.min(at.nowMs + AHEAD_MS, (at.block?.timestamp ?? Infinity) * 1000)
  const asked: ReadonlySet<string> = new Set(at.query.factors)
  for (const { factor, provenance } of [...histories, ...depths, ...surfaces, ...fundings]) {
    if (!asked.has(factor)) throw broken(adapter.id, `answered for ${factor}, which was not asked`)
    if (!(provenance.asOfMs <= latestMs)) {
      throw broken(adapter.id, `dated ${factor} after the instant at which it was read`)
    }
  }
  for (const rows of [histories, depths, surfaces]) {
    checkOnce(
      adapter.id,
      rows.map(({ factor }) => factor),
    )
  }
  checkOnce(
    adapter.id,
    fundings.map(({ factor, venue }) => `${factor} at ${venue}`),
  )
  const checked = z.safeParse(marketObservationsSchema, {
    format: FORMAT,
    asOfMs: latestMs,
    histories,
    depths,
    surfaces,
    fundings,
    failures: gaps.map((gap) => ({ adapter: adapter.id, chain, ...gap })),
  })
  if (!checked.success) {
    const details = describeIssues(checked.error)
    throw broken(adapter.id, 'answered with rows that are malformed', details)
  }
  const { data } = checked
  return {
    histories: data.histories,
    depths: data.depths,
    surfaces: data.surfaces,
    fundings: data.fundings,
    gaps,
    ...(memory === undefined ? {} : { memory }),
  }
}

function checkOnce(adapter: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw broken(adapter, `answered twice for ${twice}`)
}

function broken(adapter: string, what: string, details?: string): AdapterError {
  return new AdapterError(
    `The source "${adapter}" ${what}. Nothing of it was used; report it to the source's author.`,
    details === undefined ? {} : { details },
  )
}
