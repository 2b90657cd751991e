import { resolveAsset } from '@plimsoll/adapters/assets'
import { paradex } from '@plimsoll/adapters/perps/paradex'
import type { Recording } from '@plimsoll/client'
import { readPortfolio, recordReads } from '@plimsoll/client'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { describe, it } from 'vitest'
import { clientOf, fourAccounts, ownerAt } from '../paradex/venue.js'

const isDeep = process.env.PLIMSOLL_DEEP === '1'

async function record(): Promise<Recording> {
  const fixture = fourAccounts()
  const recorder = recordReads(clientOf(fixture))
  await readPortfolio(recorder.client, {
    owners: fixture.accounts.map((_account, index) => ownerAt(fixture, index)),
  })
  return recorder.recording()
}

describeConformance(
  { describe, it },
  {
    adapter: paradex(),
    recording: await record(),
    limit: isDeep ? 100_000 : 1_300,
    // The venue's own books are not in the registry of chains.
    registry: (asset) => (asset.id.startsWith('eip155:') ? resolveAsset(asset) : asset),
  },
)
