import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Anvil } from '@plimsoll/testkit/anvil'
import { startAnvil } from '@plimsoll/testkit/anvil'
import type { Address, Hex } from 'viem'
import { createTestClient, http, pad, toHex } from 'viem'
import { COLLATERAL_TOKEN, DEBT_TOKEN, HARBOUR_CHAIN, HARBOUR_CONTRACT } from './market.js'

/**
 * The venue's contract. Storage: 0 price, 1 its time, 2 threshold in bps; `owner << 8` collateral
 * and the slot after it debt. `positionOf(owner)` returns both, price, time and health.
 */
const HARBOUR_CODE: Hex = `0x${[
  '60043560081b', // base = owner << 8
  '8054600052', // memory 0x00 = collateral = storage[base]
  '60010154602052', // memory 0x20 = debt = storage[base + 1]
  '600054604052', // memory 0x40 = price
  '600154606052', // memory 0x60 = time of the price
  '606460205102', // debt × 100
  '655af3107a400060025402', // threshold × 1e14
  '670de0b6b3a764000060405160005102', // 1e18, collateral × price
  '0402', // ÷ 1e18, × threshold
  '04608052', // ÷ debt; memory 0x80 = health
  '60a06000f3', // return the five words
].join('')}`

/** The whole state of the market. */
export type LocalMarket = {
  readonly priceE8: bigint
  readonly thresholdBps: number
  readonly status: 'ACTIVE' | 'FROZEN'
}

/** The venue on this machine: its contract on an anvil node, its indexer on a local server. */
export type LocalHarbour = {
  readonly anvil: Anvil
  readonly indexerUrl: string
  /** Sets price (USD × 1e8), threshold and status, now. */
  readonly setMarket: (market: LocalMarket) => Promise<void>
  readonly setPosition: (
    owner: Address,
    position: { readonly collateral: bigint; readonly debt: bigint },
  ) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts the venue; stop it when done. */
export async function startLocalHarbour(): Promise<LocalHarbour> {
  const anvil = await startAnvil({ chainId: HARBOUR_CHAIN })
  const chain = createTestClient({
    mode: 'anvil',
    chain: anvil.chain,
    transport: http(anvil.rpcUrl),
  })
  await chain.setCode({ address: HARBOUR_CONTRACT, bytecode: HARBOUR_CODE })
  const store = (slot: bigint, value: bigint) =>
    chain.setStorageAt({
      address: HARBOUR_CONTRACT,
      index: toHex(slot, { size: 32 }),
      value: pad(toHex(value), { size: 32 }),
    })

  let indexed = { thresholdBps: 8_000, status: 'ACTIVE' }
  const indexer = createServer((request, response) => {
    request.resume().once('end', () => {
      const market = { collateral: COLLATERAL_TOKEN, debt: DEBT_TOKEN, ...indexed }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ data: { market } }))
    })
  })
  indexer.listen(0, '127.0.0.1')
  await once(indexer, 'listening')
  const address = indexer.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  return {
    anvil,
    indexerUrl: `http://127.0.0.1:${port}/graphql`,
    setMarket: async ({ priceE8, thresholdBps, status }) => {
      indexed = { thresholdBps, status }
      await store(0n, priceE8)
      await store(1n, BigInt(Math.floor(Date.now() / 1000)))
      await store(2n, BigInt(thresholdBps))
      await chain.mine({ blocks: 1 })
    },
    setPosition: async (owner, { collateral, debt }) => {
      const base = BigInt(owner) << 8n
      await store(base, collateral)
      await store(base + 1n, debt)
      await chain.mine({ blocks: 1 })
    },
    stop: async () => {
      indexer.closeAllConnections()
      indexer.close()
      await anvil.stop()
    },
  }
}
