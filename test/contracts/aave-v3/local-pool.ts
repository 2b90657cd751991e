import type { EModeState, MarginState } from '@plimsoll/adapters/lending/aave-v3/exact'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import {
  type AaveV3Asset,
  aaveV30Artifacts,
  aaveV36Artifacts,
  deployAaveV30,
  deployAaveV36,
  type LocalAaveV3,
} from '@plimsoll/testkit/venues'
import {
  type Address,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  maxUint256,
  numberToHex,
  parseAbi,
} from 'viem'
import { getBlock } from 'viem/actions'
import { PLENTY, storageOf } from './storage.js'
import { nodeRequest, transact } from './transact.js'

/** One call inside a simulated block. */
export type SimulatedCall = { readonly from: Address; readonly to: Address; readonly data: Hex }
export type SimulatedResult = {
  readonly ok: boolean
  readonly data: Hex
  /** Name of the error, or its code in 3.0; empty when it succeeded. */
  readonly error: string
  readonly logs: readonly SimulatedLog[]
}
export type SimulatedLog = {
  readonly address: Address
  readonly data: Hex
  readonly topics: readonly Hex[]
}

/** A deployed pool with an account whose whole state can be overridden. */
export type LocalPool = {
  readonly anvil: Anvil
  readonly venue: LocalAaveV3
  readonly revision: 1 | 10
  readonly symbols: readonly string[]
  readonly now: number
  readonly user: Address
  readonly liquidator: Address
  /**
   * Calls in one block at the state's time, on top of `state`; later ones see earlier ones. The
   * category exists even if the account is not in it.
   */
  readonly simulate: (
    state: MarginState,
    calls: readonly SimulatedCall[],
    category?: EModeState | null,
  ) => Promise<readonly SimulatedResult[]>
  readonly poolCall: (
    from: Address,
    functionName: string,
    args: readonly unknown[],
  ) => SimulatedCall
  readonly decode: (functionName: string, data: Hex) => unknown
}

const TOKEN = parseAbi([
  'function approve(address spender, uint256 amount) returns (bool)',
  'function scaledBalanceOf(address user) view returns (uint256)',
  'function balanceOf(address user) view returns (uint256)',
])

const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'] as const
const LISTED: readonly AaveV3Asset[] = SYMBOLS.map((symbol) => ({
  symbol,
  decimals: 18,
  priceE8: 10n ** 8n,
  ltvBps: 5_000,
  liquidationThresholdBps: 6_000,
  liquidationBonusBps: 10_500,
}))
/** Time of the first block, so that the same seed makes the same states. */
const STARTED = 1_790_000_000

/** Starts a node with Aave 3.0 (revision 1) or 3.6 (revision 10). */
export async function startLocalPool(revision: 1 | 10): Promise<LocalPool> {
  const anvil = await startAnvil({ timestamp: STARTED })
  try {
    const eModes = [
      {
        id: 1,
        ltvBps: 9_000,
        liquidationThresholdBps: 9_300,
        liquidationBonusBps: 10_100,
        collateral: ['AAA'],
        borrowable: ['AAA'],
      },
    ]
    const venue =
      revision === 1
        ? await deployAaveV30(anvil.client, {
            artifacts: aaveV30Artifacts(import.meta.url),
            assets: LISTED,
            eModes,
          })
        : await deployAaveV36(anvil.client, {
            artifacts: await aaveV36Artifacts(import.meta.url),
            assets: LISTED,
            eModes,
          })
    return await preparePool(anvil, venue, revision)
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

async function preparePool(anvil: Anvil, venue: LocalAaveV3, revision: 1 | 10): Promise<LocalPool> {
  const accounts = (await nodeRequest(anvil.client, 'eth_accounts')) as readonly Address[]
  const [, user = venue.admin, liquidator = venue.admin] = accounts
  for (const symbol of SYMBOLS) {
    const asset = venue.assets[symbol]
    if (asset === undefined) continue
    for (const holder of [user, liquidator, asset.aToken]) await venue.mint(symbol, holder, PLENTY)
    for (const holder of [user, liquidator]) {
      await transact(anvil.client, holder, asset.address, TOKEN, 'approve', [
        venue.pool,
        maxUint256,
      ])
    }
  }
  const { timestamp } = await getBlock(anvil.client)
  type RawResult = {
    readonly status: Hex
    readonly returnData: Hex
    readonly logs?: readonly SimulatedLog[]
    readonly error?: { readonly message: string }
  }
  const simulate: LocalPool['simulate'] = async (state, calls, category) => {
    const simulation = {
      blockStateCalls: [
        {
          blockOverrides: { time: numberToHex(state.at), gasLimit: '0x2540be400' },
          stateOverrides: storageOf({ venue, revision, user }, state, category),
          calls: calls.map((call) => ({ ...call, gas: '0x1c9c380' })),
        },
      ],
      validation: false,
    }
    const answer = await nodeRequest(anvil.client, 'eth_simulateV1', simulation, 'latest')
    const [block] = answer as readonly { calls: readonly RawResult[] }[]
    return (block?.calls ?? []).map(({ status, returnData, logs = [], error }) => ({
      ok: status === '0x1',
      data: returnData,
      logs,
      error: status === '0x1' ? '' : errorName(returnData, error?.message ?? ''),
    }))
  }
  const errorName = (data: Hex, message: string): string => {
    try {
      const { errorName: name, args } = decodeErrorResult({ abi: venue.poolAbi, data })
      return name === 'Error' ? String(args?.[0]) : name
    } catch {
      return `${data} ${message}`
    }
  }
  return {
    anvil,
    venue,
    revision,
    symbols: SYMBOLS,
    now: Number(timestamp),
    user,
    liquidator,
    simulate,
    poolCall: (from, functionName, args) => ({
      from,
      to: venue.pool,
      data: encodeFunctionData({ abi: venue.poolAbi, functionName, args: [...args] }),
    }),
    decode: (functionName, data) =>
      decodeFunctionResult({ abi: venue.poolAbi, functionName, data }),
  }
}
