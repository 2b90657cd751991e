import type { MarginState } from '@plimsoll/adapters/lending/morpho-blue/exact'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import {
  aaveV30Artifacts,
  deployMorphoBlue,
  type LocalMorphoBlue,
  link,
  type MorphoBlueParams,
  morphoBlueArtifacts,
} from '@plimsoll/testkit/venues'
import {
  type Address,
  decodeErrorResult,
  decodeFunctionResult,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  maxUint256,
  numberToHex,
  parseAbi,
  zeroAddress,
} from 'viem'
import { getBlock } from 'viem/actions'
import { nodeRequest, transact } from '../aave-v3/transact.js'
import { idOf, type Left, storageOf } from './storage.js'

const TOKEN = parseAbi([
  'function approve(address spender, uint256 amount) returns (bool)',
  'function mint(address account, uint256 amount) returns (bool)',
])
const FEE_RECIPIENT: Address = '0xfee0000000000000000000000000000000000fee'
/** More of every token than any random state needs. */
const PLENTY = 1n << 140n
/** Time of the first block, so that the same seed makes the same states. */
const STARTED = 1_790_000_000

/** What the contract did with a call. */
export type Executed = {
  /** Empty when it succeeded. */
  readonly error: string
  /** The words that it returned. */
  readonly returned: readonly bigint[]
  readonly left: Left
}

/** A deployed Morpho Blue with a position whose whole state can be overridden. */
export type LocalMarket = {
  readonly anvil: Anvil
  readonly venue: LocalMorphoBlue
  readonly now: number
  readonly user: Address
  readonly liquidator: Address
  readonly paramsOf: (state: MarginState) => MorphoBlueParams
  /** Calls a function of the contract at the state's time, on top of `state`, and reads what it leaves. */
  readonly execute: (
    state: MarginState,
    from: Address,
    functionName: string,
    args: readonly unknown[],
  ) => Promise<Executed>
}

/** Deploys a token that people can read: symbol and decimals. */
export async function deployToken(
  anvil: Anvil,
  symbol: string,
  decimals: number,
): Promise<Address> {
  const artifact = aaveV30Artifacts(import.meta.url)('MintableERC20')
  const [from] = (await nodeRequest(anvil.client, 'eth_accounts')) as readonly Address[]
  const data = encodeDeployData({
    abi: artifact.abi,
    bytecode: link(artifact, {}),
    args: [symbol, symbol, decimals],
  })
  const transaction = { from, data, gas: '0x1c9c380' }
  const receipt = await nodeRequest(anvil.client, 'eth_sendTransactionSync', transaction)
  return (receipt as { readonly contractAddress: Address }).contractAddress
}

/** Starts a node with Morpho Blue 1.0.0 and one market. */
export async function startLocalMarket(): Promise<LocalMarket> {
  const anvil = await startAnvil({ timestamp: STARTED })
  try {
    const loanToken = await deployToken(anvil, 'LOAN', 6)
    const collateralToken = await deployToken(anvil, 'COLL', 18)
    const venue = await deployMorphoBlue(anvil.client, {
      artifacts: await morphoBlueArtifacts(import.meta.url),
      markets: [{ loanToken, collateralToken, lltv: 86n * 10n ** 16n, price: 1n, borrowRate: 0n }],
    })
    return await prepare(anvil, venue)
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

async function prepare(anvil: Anvil, venue: LocalMorphoBlue): Promise<LocalMarket> {
  const { client } = anvil
  const accounts = (await nodeRequest(client, 'eth_accounts')) as readonly Address[]
  const [, user = venue.admin, liquidator = venue.admin] = accounts
  const { params } = venue.markets[0] ?? { params: null }
  if (params === null) throw new RangeError('no market was deployed')
  for (const token of [params.loanToken, params.collateralToken]) {
    for (const holder of [user, liquidator]) {
      await transact(client, holder, token, TOKEN, 'approve', [venue.morpho, maxUint256])
    }
    for (const holder of [user, liquidator, venue.morpho]) {
      await transact(client, user, token, TOKEN, 'mint', [holder, PLENTY])
    }
  }
  const { timestamp } = await getBlock(client)
  const paramsOf = ({ market }: MarginState): MorphoBlueParams => ({
    ...params,
    lltv: market.lltv,
    irm: market.rate.kind === 'none' ? zeroAddress : params.irm,
  })
  const { abi, morpho } = venue
  const call = (from: Address, functionName: string, args: readonly unknown[]) => ({
    from,
    to: morpho,
    data: encodeFunctionData({ abi, functionName, args: [...args] }),
    gas: '0x1c9c380',
  })
  const execute: LocalMarket['execute'] = async (state, from, functionName, args) => {
    const own = paramsOf(state)
    const id = idOf(own)
    const where = { morpho, user, feeRecipient: FEE_RECIPIENT }
    const simulation = {
      blockStateCalls: [
        {
          blockOverrides: { time: numberToHex(state.at), gasLimit: '0x2540be400' },
          stateOverrides: storageOf(where, own, state),
          calls: [
            call(from, functionName, args),
            call(user, 'position', [id, user]),
            call(user, 'market', [id]),
          ],
        },
      ],
      validation: false,
    }
    const answer = await nodeRequest(client, 'eth_simulateV1', simulation, 'latest')
    const [block] = answer as readonly { calls: readonly RawResult[] }[]
    const [result, position, market] = block?.calls ?? []
    if (result === undefined) throw new RangeError('the node answered no call')
    const isDone = result.status === '0x1'
    return {
      error: isDone ? '' : errorOf(result),
      returned: isDone ? wordsOf(result.returnData) : [],
      left: [
        ...(decodeFunctionResult({
          abi,
          functionName: 'position',
          data: position?.returnData ?? '0x',
        }) as readonly bigint[]),
        ...(decodeFunctionResult({
          abi,
          functionName: 'market',
          data: market?.returnData ?? '0x',
        }) as readonly bigint[]),
      ],
    }
  }
  return { anvil, venue, now: Number(timestamp), user, liquidator, paramsOf, execute }
}

type RawResult = {
  readonly status: Hex
  readonly returnData: Hex
  readonly error?: { readonly message: string }
}

const wordsOf = (data: Hex): readonly bigint[] =>
  (data.slice(2).match(/.{64}/g) ?? []).map((word) => BigInt(`0x${word}`))

function errorOf({ returnData, error }: RawResult): string {
  try {
    return String(decodeErrorResult({ abi: [], data: returnData }).args?.[0])
  } catch {
    return `${returnData} ${error?.message ?? ''}`
  }
}
