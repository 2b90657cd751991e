import { deribit } from '@plimsoll/adapters/options/deribit'
import type { Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { setupServer } from 'msw/node'
import { describe, it } from 'vitest'
import type { Account } from '../deribit/venue.js'
import {
  CLOCK,
  CROSS_PORTFOLIO,
  CROSS_STANDARD,
  EMPTY,
  ownerOf,
  PORTFOLIO,
  SMALL,
  STANDARD,
  serve,
  signersOf,
  unhurried,
} from '../deribit/venue.js'

const isDeep = process.env.PLIMSOLL_DEEP === '1'

// Made up: no recording of the venue may be kept here (see the adapter's README).
async function record(accounts: readonly Account[]): Promise<Recording> {
  const server = setupServer(serve(accounts))
  server.listen({ onUnhandledFrame: 'error' })
  try {
    const client = createClient({
      chains: [],
      adapters: [unhurried()],
      auth: signersOf(accounts),
      clock: CLOCK,
    })
    const recorder = recordReads(client)
    await readPortfolio(recorder.client, { owners: accounts.map(ownerOf) })
    return recorder.recording()
  } finally {
    server.close()
  }
}

type Case = {
  readonly name: string
  readonly accounts: readonly Account[]
  /** Corruptions, the most telling first: at these numbers every comparison fails at least once. */
  readonly limit: number
}

const CASES: readonly Case[] = [
  { name: 'segregated margin', accounts: [SMALL.standard, SMALL.portfolio], limit: 2000 },
  { name: 'cross margin', accounts: [SMALL.crossStandard, SMALL.crossPortfolio], limit: 900 },
]

/** Every corruption of accounts with more in them. */
const DEEP: readonly Case[] = [
  { name: 'standard margin', accounts: [STANDARD, SMALL.portfolio], limit: 6_000 },
  { name: 'portfolio margin', accounts: [SMALL.standard, PORTFOLIO], limit: 6_000 },
  { name: 'cross margin', accounts: [CROSS_STANDARD, CROSS_PORTFOLIO], limit: 6_000 },
]

for (const { name, accounts, limit } of isDeep ? DEEP : CASES) {
  const recording = await record([...accounts, EMPTY])
  describe(`Deribit, ${name}`, () => {
    describeConformance({ describe, it }, { adapter: deribit(), recording, limit })
  })
}
