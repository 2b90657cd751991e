import { readFile } from 'node:fs/promises'
import { resolveAsset } from '@plimsoll/adapters/assets'
import { aaveV3 } from '@plimsoll/adapters/lending/aave-v3'
import { derive } from '@plimsoll/adapters/options/derive'
import { deriveSigner } from '@plimsoll/adapters/options/derive/signer'
import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import type { Client } from '@plimsoll/client'
import { createClient, systemClock, withAssets } from '@plimsoll/client'
import type { Asset } from '@plimsoll/model'
import { assetId, erc20 } from '@plimsoll/model'
import type { Anvil } from '@plimsoll/testkit/anvil'
import { startAnvil } from '@plimsoll/testkit/anvil'
import type { LocalAaveV3 } from '@plimsoll/testkit/venues'
import type { Address } from 'viem'
import { createTestClient, http } from 'viem'
import { getAddresses, signMessage } from 'viem/actions'
import { serveFixture } from './fixtureServer.js'
import { deployLendingVenue, openPosition } from './lendingVenue.js'

/** Everything the demo looks at, and how to end it. */
export type World = {
  readonly client: Client
  readonly venue: LocalAaveV3
  readonly owner: Address
  readonly lender: Address
  /** The instant at which all venues are read, Unix milliseconds. */
  readonly nowMs: number
  readonly stop: () => Promise<void>
}

const DERIVE = new URL('../fixtures/derive.json', import.meta.url)
const HYPERLIQUID = new URL('../fixtures/hyperliquid.json', import.meta.url)

/** Starts the local chain and servers and opens the position. Whatever fails, nothing stays behind. */
export async function startWorld(signal: AbortSignal): Promise<World> {
  const opened: { readonly stop: () => Promise<void> }[] = []
  const open = async <Thing extends { readonly stop: () => Promise<void> }>(
    starting: Promise<Thing>,
  ): Promise<Thing> => {
    const thing = await starting
    opened.push(thing)
    signal.throwIfAborted()
    return thing
  }
  const stop = async () => {
    await Promise.all(opened.map((thing) => thing.stop()))
  }
  try {
    const nowMs = await fixtureTime(DERIVE)
    const anvil = await open(startAnvil({ timestamp: nowMs / 1000 - CHAIN_HISTORY_SECONDS }))
    const [owner, lender] = await twoAccounts(anvil)
    const venue = await deployLendingVenue(anvil, lender)
    await openPosition(venue, owner)
    const node = createTestClient({ mode: 'anvil', transport: http(anvil.rpcUrl) })
    await node.setNextBlockTimestamp({ timestamp: BigInt(nowMs / 1000) })
    await node.mine({ blocks: 1 })
    const perps = await open(serveFixture(HYPERLIQUID))
    const options = await open(serveFixture(DERIVE))
    signal.throwIfAborted()
    const client = createClient({
      chains: [{ id: anvil.chain.id, client: anvil.client }],
      adapters: [
        withAssets(
          aaveV3({
            markets: [
              {
                chain: anvil.chain.id,
                name: 'Aave v3 local',
                pool: venue.pool,
                provider: venue.provider,
              },
            ],
          }),
          localAssets(venue),
        ),
        hyperliquid(),
        derive(),
      ],
      hosts: { hyperliquid: { info: perps.url }, derive: { api: options.url } },
      auth: {
        derive: deriveSigner([
          {
            wallet: owner,
            signMessage: (message) => signMessage(anvil.client, { account: owner, message }),
          },
        ]),
      },
      // The recorded answers are consistent at one instant only.
      clock: { ...systemClock, now: () => nowMs },
    })
    return { client, venue, owner, lender, nowMs, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The venue and position take fewer blocks than this, one a second. */
const CHAIN_HISTORY_SECONDS = 3600

/** The instant that a fixture was made for. */
async function fixtureTime(file: URL): Promise<number> {
  const { nowMs }: { readonly nowMs: number } = JSON.parse(await readFile(file, 'utf8'))
  return nowMs
}

async function twoAccounts({ client }: Anvil): Promise<readonly [Address, Address]> {
  const [owner, lender] = await getAddresses(client)
  if (owner === undefined || lender === undefined) {
    throw new RangeError('The local node has no unlocked accounts.')
  }
  return [owner, lender]
}

/** The local test tokens stand for the real ones, so that they move with the real factors. */
function localAssets(venue: LocalAaveV3): readonly Asset[] {
  const { id: chain } = venue.client.chain
  return Object.entries(MAINNET).flatMap(([symbol, id]) => {
    const local = venue.assets[symbol]
    if (local === undefined) return []
    const real = resolveAsset({ id: assetId(id), symbol, decimals: local.decimals })
    return [{ ...real, id: erc20(chain, local.address), source: `stands for ${id}` }]
  })
}

const MAINNET = {
  WETH: 'eip155:1/erc20:0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2',
  USDC: 'eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48',
} as const
