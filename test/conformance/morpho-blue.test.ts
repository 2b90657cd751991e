import { resolveAsset } from '@plimsoll/adapters/assets'
import { morphoBlue } from '@plimsoll/adapters/lending/morpho-blue'
import type { Adapter, Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { http } from 'viem'
import { describe, it } from 'vitest'
import { openLoans } from '../morpho-blue/localWorld.js'
import { listOf, servePositions } from '../morpho-blue/positionServer.js'

async function record(): Promise<{ readonly adapter: Adapter; readonly recording: Recording }> {
  const { anvil, deployment, owners, markets } = await openLoans()
  const { chain } = deployment
  const server = await servePositions(listOf(owners, markets, chain))
  try {
    const adapter = morphoBlue({ deployments: [deployment] })
    const client = createClient({
      chains: [{ id: chain, transport: http(anvil.rpcUrl) }],
      adapters: [adapter],
      hosts: { 'morpho-blue': { api: server.url } },
    })
    const recorder = recordReads(client)
    // What is asked depends on who is asked about: record a refresh and each owner alone, too.
    await readPortfolio(recorder.client, { owners })
    await readPortfolio(recorder.client, { owners })
    for (const owner of owners) await readPortfolio(recorder.client, { owners: [owner] })
    return { adapter, recording: recorder.recording() }
  } finally {
    await server.stop()
    await anvil.stop()
  }
}

const recorded = await record()
describeConformance({ describe, it }, { ...recorded, registry: resolveAsset })
