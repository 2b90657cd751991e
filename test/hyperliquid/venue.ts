import type { Answer, ReadResult } from '@plimsoll/client'
import type { Native, Portfolio, VenueState } from '@plimsoll/model'
import { checkReferences, PlimsollError, PORTFOLIO_FORMAT, parseOwner } from '@plimsoll/model'
import { type DexChoice, read } from '../../adapters/src/perps/hyperliquid/read.js'

/** A POST /info question. */
export type Question = { readonly type: string; readonly user?: string; readonly dex?: string }

/** A made-up or recorded venue: the JSON body of each answer. */
export type Venue = (question: Question) => unknown

export const OWNER = '0x00000000000000000000000000000000000000aa'
export const NOW = Date.UTC(2026, 9, 1)

/** What a read did. */
export type Played = {
  readonly result: ReadResult
  readonly rounds: readonly (readonly Question[])[]
}

/** Reads against a venue, without a network. */
export function play(
  venue: Venue,
  {
    owners = [OWNER],
    memory,
    dexes = 'all',
  }: { owners?: readonly string[]; memory?: Native | undefined; dexes?: DexChoice } = {},
): Played {
  const rounds: Question[][] = []
  const reading = read(
    {
      owners: owners.map(parseOwner),
      block: null,
      nowMs: NOW,
      memory,
      auth: [],
    },
    dexes,
  )
  let step = reading.next([])
  while (step.done !== true) {
    const asked: Question[] = []
    const answers = step.value.map((request): Answer => {
      if (request.kind !== 'http') throw new PlimsollError(`A request of kind ${request.kind}.`)
      const question = request.body as Question
      asked.push(question)
      try {
        return { ok: true, value: request.decode(venue(question)) }
      } catch (error) {
        if (error instanceof PlimsollError) return { ok: false, error }
        throw error
      }
    })
    rounds.push(asked)
    step = reading.next(answers)
  }
  return { result: step.value, rounds }
}

/** The result as a portfolio, with its references checked. */
export function portfolioOf(result: ReadResult): Portfolio {
  const portfolio: Portfolio = {
    format: PORTFOLIO_FORMAT,
    owners: [...new Set(result.existence.map(({ owner }) => owner))],
    asOf: result.asOf,
    skewMs: 0,
    accounts: result.accounts,
    assets: result.assets,
    marks: result.marks,
    shared: result.shared,
    existence: result.existence,
    failures: result.failures,
  }
  checkReferences(portfolio)
  return portfolio
}

/** One account with all that its rule reads. */
export function stateOf(result: ReadResult, path: string): VenueState {
  const account = result.accounts.find(({ id }) => id.endsWith(path))
  if (account === undefined) {
    throw new PlimsollError(
      `No account ${path} among ${result.accounts.map(({ id }) => id).join(', ')}.`,
    )
  }
  return {
    account,
    marks: new Map(result.marks.map((mark) => [mark.id, mark])),
    assets: new Map(result.assets.map((asset) => [asset.id, asset])),
    shared: new Map(Object.entries(result.shared) as [never, Native][]),
    at: NOW / 1000,
  }
}
