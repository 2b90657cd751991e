import { derive } from '@plimsoll/adapters/options/derive'
import type { Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { setupServer } from 'msw/node'
import { describe, it } from 'vitest'
import { clockAt, serve, signerOf, threeWallets } from './venue.js'

const isDeep = process.env.PLIMSOLL_DEEP === '1'

async function record(): Promise<Recording> {
  const { nowMs, owners, exchanges } = threeWallets()
  const server = setupServer(serve(exchanges))
  server.listen({ onUnhandledFrame: 'error' })
  try {
    const client = createClient({
      chains: [],
      adapters: [derive()],
      auth: { derive: signerOf(owners) },
      clock: clockAt(nowMs),
    })
    const recorder = recordReads(client)
    await readPortfolio(recorder.client, { owners })
    return recorder.recording()
  } finally {
    server.close()
  }
}

describeConformance(
  { describe, it },
  { adapter: derive(), recording: await record(), limit: isDeep ? 20_000 : 2_000 },
)
