import type { EModeState, MarginState, Position } from '@plimsoll/adapters/lending/aave-v3'
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
  hexToBigInt,
  keccak256,
  maxUint256,
  numberToHex,
  padHex,
  parseAbi,
} from 'viem'
import { getBlock } from 'viem/actions'
import { transact } from './transact.js'

export type Overrides = { [address: Address]: { stateDiff: { [slot: Hex]: Hex } } }

/** One call inside a simulated block. */
export type SimulatedCall = { readonly from: Address; readonly to: Address; readonly data: Hex }
export type SimulatedResult = { readonly ok: boolean; readonly data: Hex; readonly error: string }

/** A deployed pool with an account whose whole state can be overridden. */
export type LocalPool = {
  readonly anvil: Anvil
  readonly venue: LocalAaveV3
  readonly revision: number
  readonly symbols: readonly string[]
  readonly now: number
  readonly user: Address
  readonly liquidator: Address
  /** Storage that makes the pool hold `state`. */
  readonly overrides: (state: MarginState, category?: EModeState | null) => Overrides
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
const PLENTY = 1n << 110n

const word = (value: bigint): Hex => numberToHex(value, { size: 32 })
const mapped = (key: bigint | Address, slot: bigint): bigint => {
  const encoded = typeof key === 'bigint' ? word(key) : padHex(key, { size: 32 })
  return hexToBigInt(keccak256(`${encoded}${word(slot).slice(2)}`))
}

/** Storage slots of the pool and of the tokens, the same in 3.0 and 3.6. */
const SLOTS = { reserves: 52n, usersConfig: 53n, eModeCategories: 55n, usersEMode: 56n }
const A_TOKEN = { userState: 52n, totalSupply: 54n }
const DEBT_TOKEN = {
  1: { userState: 56n, totalSupply: 58n },
  10: { userState: 56n, totalSupply: 58n },
}

/** Starts a node with Aave 3.0 (revision 1) or 3.6 (revision 10). */
export async function startLocalPool(revision: 1 | 10): Promise<LocalPool> {
  const anvil = await startAnvil()
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
  const accounts = (await anvil.client.request({ method: 'eth_accounts' })) as readonly Address[]
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
  const assets = SYMBOLS.map((symbol) => venue.assets[symbol]).filter(
    (asset) => asset !== undefined,
  )
  const addressOf = new Map(SYMBOLS.map((symbol, index) => [symbol as string, assets[index]]))

  const overrides: LocalPool['overrides'] = (state, category = state.eMode) => {
    const result: Overrides = {}
    const put = (address: Address, slot: bigint, value: bigint): void => {
      const entry = (result[address] ??= { stateDiff: {} })
      entry.stateDiff[word(slot)] = word(value)
    }
    let configuration = 0n
    for (const position of state.positions) {
      const asset = addressOf.get(position.asset)
      if (asset === undefined) continue
      const { reserve } = position
      const base = mapped(asset.address, SLOTS.reserves)
      put(venue.pool, base, configurationWord(reserve))
      put(venue.pool, base + 1n, reserve.liquidityIndex | (reserve.liquidityRate << 128n))
      put(venue.pool, base + 2n, reserve.variableBorrowIndex | (reserve.variableBorrowRate << 128n))
      put(
        venue.pool,
        base + 3n,
        (BigInt(reserve.lastUpdate) << 128n) |
          (BigInt(reserve.id) << 168n) |
          (BigInt(reserve.gracePeriodUntil) << 184n),
      )
      put(venue.pool, base + 8n, revision === 10 ? PLENTY << 128n : 0n)
      put(venue.pool, base + 9n, reserve.isolationModeTotalDebt)
      put(
        asset.aToken,
        mapped(user, A_TOKEN.userState),
        userState(position.scaledSupply, reserve.liquidityIndex),
      )
      put(asset.aToken, A_TOKEN.totalSupply, PLENTY)
      const debt = DEBT_TOKEN[revision]
      put(
        asset.variableDebtToken,
        mapped(user, debt.userState),
        userState(position.scaledDebt, reserve.variableBorrowIndex),
      )
      put(asset.variableDebtToken, debt.totalSupply, reserve.hasVariableDebt ? PLENTY : 0n)
      if (position.priceId === position.asset) put(asset.feed, 0n, position.price)
      if (position.borrowing) configuration |= 1n << BigInt(2 * reserve.id)
      if (position.usedAsCollateral) configuration |= 1n << BigInt(2 * reserve.id + 1)
    }
    put(venue.pool, mapped(user, SLOTS.usersConfig), configuration)
    put(venue.pool, mapped(user, SLOTS.usersEMode), BigInt(state.eMode?.id ?? 0))
    if (category !== null) {
      const base = mapped(BigInt(category.id), SLOTS.eModeCategories)
      const { ltv, liquidationThreshold, liquidationBonus, priceMark } = category
      const ratios = ltv | (liquidationThreshold << 16n) | (liquidationBonus << 32n)
      const source = priceMark === null ? undefined : addressOf.get(priceMark)?.address
      put(
        venue.pool,
        base,
        ratios | ((revision === 1 ? hexToBigInt(source ?? '0x0') : category.collateralBitmap) << 48n),
      )
      if (revision === 10) {
        put(venue.pool, base + 2n, category.borrowableBitmap | (category.ltvZeroBitmap << 128n))
      }
    }
    return result
  }

  type RawResult = { status: Hex; returnData: Hex; error?: { message: string; data?: Hex } }
  const simulate: LocalPool['simulate'] = async (state, calls, category) => {
    const request = anvil.client.request as (call: unknown) => Promise<unknown>
    const [block] = (await request({
      method: 'eth_simulateV1',
      params: [
        {
          blockStateCalls: [
            {
              blockOverrides: { time: numberToHex(state.at), gasLimit: '0x2540be400' },
              stateOverrides: overrides(state, category),
              calls: calls.map((call) => ({ ...call, gas: '0x1c9c380' })),
            },
          ],
          validation: false,
        },
        'latest',
      ],
    })) as readonly { calls: readonly RawResult[] }[]
    return (block?.calls ?? []).map(({ status, returnData, error }) => ({
      ok: status === '0x1',
      data: returnData,
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
    overrides,
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

const userState = (balance: bigint, index: bigint): bigint => balance | (index << 128n)

function configurationWord(reserve: Position['reserve']): bigint {
  const bit = (set: boolean, position: bigint): bigint => (set ? 1n << position : 0n)
  return (
    reserve.ltv |
    (reserve.liquidationThreshold << 16n) |
    (reserve.liquidationBonus << 32n) |
    (BigInt(reserve.decimals) << 48n) |
    bit(reserve.active, 56n) |
    bit(reserve.frozen, 57n) |
    bit(reserve.borrowingEnabled, 58n) |
    bit(reserve.paused, 60n) |
    bit(reserve.borrowableInIsolation, 61n) |
    bit(reserve.siloedBorrowing, 62n) |
    (reserve.liquidationProtocolFee << 152n) |
    (BigInt(reserve.eModeCategory) << 168n) |
    (reserve.debtCeiling << 212n) |
    (1n << 252n)
  )
}
