import type { EModeState, MarginState } from '@plimsoll/adapters/lending/aave-v3/exact'
import { type Address, decodeEventLog, encodeFunctionData, hexToBigInt, parseAbi } from 'viem'
import type { LocalPool, SimulatedCall, SimulatedResult } from './local-pool.js'

const TOKEN = parseAbi(['function scaledBalanceOf(address user) view returns (uint256)'])

/** What a transaction leaves of each position: scaled supply and debt, bits, indexes, time, isolated debt. */
export type Left = readonly (readonly (bigint | number)[])[]

/** What the venue's contracts did with a transaction. */
export type Executed = {
  /** Empty when it succeeded. */
  readonly error: string
  readonly left: Left
  readonly eMode: number
  /** Bad debt by asset, in order. */
  readonly deficits: readonly bigint[]
  /** Of the event of a liquidation: repaid, and received by the liquidator. */
  readonly liquidation: { readonly repaid: bigint; readonly received: bigint } | null
}

type Reserve = {
  readonly liquidityIndex: bigint
  readonly variableBorrowIndex: bigint
  readonly lastUpdateTimestamp: number
  readonly isolationModeTotalDebt: bigint
}

/** Runs a transaction on the real contracts, with the account in `state`, and reads what it leaves. */
export async function execute(
  local: LocalPool,
  state: MarginState,
  call: SimulatedCall,
  category?: EModeState | null,
): Promise<Executed> {
  const { user, poolCall, revision } = local
  const view = (to: Address): SimulatedCall => ({
    from: user,
    to,
    data: encodeFunctionData({ abi: TOKEN, functionName: 'scaledBalanceOf', args: [user] }),
  })
  const assets = local.symbols.map((symbol) => local.venue.assets[symbol])
  const hasDeficit = revision === 10
  const answers = await local.simulate(
    state,
    [
      call,
      poolCall(user, 'getUserConfiguration', [user]),
      poolCall(user, 'getUserEMode', [user]),
      ...assets.flatMap((asset) => [
        poolCall(user, 'getReserveData', [asset?.address]),
        view(asset?.aToken ?? '0x'),
        view(asset?.variableDebtToken ?? '0x'),
        ...(hasDeficit ? [poolCall(user, 'getReserveDeficit', [asset?.address])] : []),
      ]),
    ],
    category,
  )
  const [result, bits, eMode, ...rest] = answers
  const number = (answer: SimulatedResult | undefined): bigint => hexToBigInt(answer?.data ?? '0x')
  if (result?.ok !== true) {
    const error = result?.error ?? 'no answer'
    return { error, left: [], eMode: 0, deficits: [], liquidation: null }
  }
  const width = hasDeficit ? 4 : 3
  const configuration = number(bits)
  const left = assets.map((_, index) => {
    const [data, scaledSupply, scaledDebt] = rest.slice(index * width)
    const reserve = local.decode('getReserveData', data?.data ?? '0x') as Reserve
    return [
      number(scaledSupply),
      number(scaledDebt),
      Number((configuration >> BigInt(2 * index)) & 3n),
      reserve.liquidityIndex,
      reserve.variableBorrowIndex,
      reserve.lastUpdateTimestamp,
      reserve.isolationModeTotalDebt,
    ]
  })
  return {
    error: '',
    left,
    eMode: Number(number(eMode)),
    deficits: assets.map((_, index) => (hasDeficit ? number(rest[index * width + 3]) : 0n)),
    liquidation: liquidationOf(local, result),
  }
}

/** The same of a computed state. */
export function leftBy(state: MarginState): Left {
  return state.positions.map(
    ({ scaledSupply, scaledDebt, usedAsCollateral, borrowing, reserve }) => [
      scaledSupply,
      scaledDebt,
      (usedAsCollateral ? 2 : 0) + (borrowing ? 1 : 0),
      reserve.liquidityIndex,
      reserve.variableBorrowIndex,
      reserve.lastUpdate,
      reserve.isolationModeTotalDebt,
    ],
  )
}

function liquidationOf({ venue }: LocalPool, { logs }: SimulatedResult): Executed['liquidation'] {
  for (const { address, data, topics } of logs) {
    if (address.toLowerCase() !== venue.pool.toLowerCase()) continue
    const { eventName, args } = decodeEventLog({
      abi: venue.poolAbi,
      data,
      topics: topics as [`0x${string}`],
      strict: false,
    }) as { eventName: string; args: { debtToCover?: bigint; liquidatedCollateralAmount?: bigint } }
    if (eventName !== 'LiquidationCall') continue
    return { repaid: args.debtToCover ?? -1n, received: args.liquidatedCollateralAmount ?? -1n }
  }
  return null
}
