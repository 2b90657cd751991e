import {
  type Abi,
  type Address,
  type Chain,
  type Client,
  encodeAbiParameters,
  numberToHex,
  type Transport,
  zeroAddress,
} from 'viem'
import type { ArtifactSource } from './artifact.js'
import type { Deployer } from './deployer.js'

/** A reserve to list. Ratios in bps, price in 1e-8 of the base currency. */
export type AaveV3Asset = {
  readonly symbol: string
  readonly decimals: number
  readonly priceE8: bigint
  readonly ltvBps: number
  readonly liquidationThresholdBps: number
  /** 10 500 pays the liquidator 5 %; 0 for an asset that is no collateral. */
  readonly liquidationBonusBps: number
  /** Share of the bonus that the protocol keeps. */
  readonly liquidationProtocolFeeBps?: number
  readonly reserveFactorBps?: number
  /** True unless told. */
  readonly borrowable?: boolean
}

/** An efficiency mode. Before 3.2 an asset is in one category at most. */
export type AaveV3EMode = {
  readonly id: number
  readonly ltvBps: number
  readonly liquidationThresholdBps: number
  readonly liquidationBonusBps: number
  readonly collateral: readonly string[]
  readonly borrowable: readonly string[]
}

export type AaveV3Venue = {
  /** First of the node's accounts unless told; owns and administers everything. */
  readonly admin?: Address
  readonly artifacts: ArtifactSource
  readonly assets: readonly AaveV3Asset[]
  readonly eModes?: readonly AaveV3EMode[]
}

export type LocalAaveV3Asset = {
  readonly address: Address
  readonly aToken: Address
  readonly variableDebtToken: Address
  /** Mock feed: its price stands in storage slot 0. */
  readonly feed: Address
  readonly decimals: number
}

/** A deployed pool with everything around it. */
export type LocalAaveV3 = {
  readonly client: Client<Transport, Chain>
  readonly admin: Address
  readonly provider: Address
  readonly pool: Address
  readonly configurator: Address
  readonly oracle: Address
  readonly dataProvider: Address
  readonly treasury: Address
  readonly assets: { readonly [symbol: string]: LocalAaveV3Asset }
  /** The pool's functions and the errors of its libraries. */
  readonly poolAbi: Abi
  readonly configuratorAbi: Abi
  /** Creates tokens of a listed asset. */
  readonly mint: (symbol: string, to: Address, amount: bigint) => Promise<void>
  /** Moves the price of a feed. */
  readonly setPrice: (symbol: string, priceE8: bigint) => Promise<void>
}

/** Where accrued interest and liquidation fees go. */
export const TREASURY: Address = '0x7000000000000000000000000000000000000007'

/** Kink 80 %, 1 % base, 4 % to the kink and 75 % beyond it. */
const RATES = { optimal: 8000, base: 100, slope1: 400, slope2: 7500 }

/** The rate curve as the newer strategy takes it, bps. */
export const encodedRates: `0x${string}` = encodeAbiParameters(
  [{ type: 'uint16' }, { type: 'uint32' }, { type: 'uint32' }, { type: 'uint32' }],
  [RATES.optimal, RATES.base, RATES.slope1, RATES.slope2],
)

/** The same curve as the older strategy takes it, ray, without stable borrowing. */
export const rayRates: readonly bigint[] = [
  ...[RATES.optimal, RATES.base, RATES.slope1, RATES.slope2].map((bps) => BigInt(bps) * 10n ** 23n),
  0n,
  0n,
  0n,
  0n,
  0n,
]

/** Registry and access control, the same in every revision. */
export async function deployProvider(deployer: Deployer): Promise<Address> {
  const { account } = deployer
  const provider = await deployer.deploy('PoolAddressesProvider', ['local', account])
  await deployer.send('PoolAddressesProvider', provider, 'setACLAdmin', [account])
  const acl = await deployer.deploy('ACLManager', [provider])
  await deployer.send('PoolAddressesProvider', provider, 'setACLManager', [acl])
  await deployer.send('ACLManager', acl, 'addPoolAdmin', [account])
  return provider
}

export type Feeds = {
  readonly oracle: Address
  readonly tokens: readonly { readonly token: Address; readonly feed: Address }[]
}

/** One mock feed an asset behind the real oracle, in US dollars with 8 decimals. */
export async function deployOracle(
  deployer: Deployer,
  provider: Address,
  assets: readonly AaveV3Asset[],
  deployToken: (asset: AaveV3Asset) => Promise<Address>,
): Promise<Feeds> {
  const tokens: { token: Address; feed: Address }[] = []
  for (const asset of assets) {
    const token = await deployToken(asset)
    tokens.push({ token, feed: await deployer.deploy('MockAggregator', [asset.priceE8]) })
  }
  const oracle = await deployer.deploy('AaveOracle', [
    provider,
    tokens.map(({ token }) => token),
    tokens.map(({ feed }) => feed),
    zeroAddress,
    zeroAddress,
    10n ** 8n,
  ])
  await deployer.send('PoolAddressesProvider', provider, 'setPriceOracle', [oracle])
  return { oracle, tokens }
}

/** Collateral parameters, borrowing and factors of each listed asset. */
export async function configureReserves(
  deployer: Deployer,
  configurator: Address,
  assets: readonly AaveV3Asset[],
  feeds: Feeds,
): Promise<void> {
  const configure = (functionName: string, args: readonly unknown[]): Promise<void> =>
    deployer.send('PoolConfigurator', configurator, functionName, args)
  for (const [index, asset] of assets.entries()) {
    const token = feeds.tokens[index]?.token
    if (asset.liquidationThresholdBps > 0) {
      await configure('configureReserveAsCollateral', [
        token,
        asset.ltvBps,
        asset.liquidationThresholdBps,
        asset.liquidationBonusBps,
      ])
    }
    if (asset.borrowable ?? true) await configure('setReserveBorrowing', [token, true])
    if (asset.liquidationProtocolFeeBps !== undefined) {
      await configure('setLiquidationProtocolFee', [token, asset.liquidationProtocolFeeBps])
    }
    if (asset.reserveFactorBps !== undefined) {
      await configure('setReserveFactor', [token, asset.reserveFactorBps])
    }
  }
}

/** Addresses of what was deployed, and the levers of the local venue. */
export async function describeVenue(
  deployer: Deployer,
  venue: AaveV3Venue,
  parts: {
    readonly provider: Address
    readonly feeds: Feeds
    readonly pool: Address
    readonly configurator: Address
    readonly dataProvider: Address
    readonly errorAbi: Abi
    readonly mintFunction: string
    readonly tokenContract: string
  },
): Promise<LocalAaveV3> {
  const { feeds, pool } = parts
  const assets: { [symbol: string]: LocalAaveV3Asset } = {}
  for (const [index, { symbol, decimals }] of venue.assets.entries()) {
    const { token, feed } = feeds.tokens[index] ?? { token: zeroAddress, feed: zeroAddress }
    const reserve = await deployer.read<{
      readonly aTokenAddress: Address
      readonly variableDebtTokenAddress: Address
    }>('Pool', pool, 'getReserveData', [token])
    assets[symbol] = {
      address: token,
      aToken: reserve.aTokenAddress,
      variableDebtToken: reserve.variableDebtTokenAddress,
      feed,
      decimals,
    }
  }
  return {
    client: deployer.client,
    admin: deployer.account,
    provider: parts.provider,
    pool,
    configurator: parts.configurator,
    oracle: feeds.oracle,
    dataProvider: parts.dataProvider,
    treasury: TREASURY,
    assets,
    poolAbi: [...deployer.abi('Pool'), ...parts.errorAbi],
    configuratorAbi: deployer.abi('PoolConfigurator'),
    mint: (symbol, to, amount) =>
      deployer.send(
        parts.tokenContract,
        assets[symbol]?.address ?? zeroAddress,
        parts.mintFunction,
        [to, amount],
      ),
    setPrice: async (symbol, priceE8) => {
      await deployer.request({
        method: 'anvil_setStorageAt',
        params: [
          assets[symbol]?.feed ?? zeroAddress,
          numberToHex(0, { size: 32 }),
          numberToHex(priceE8, { size: 32 }),
        ],
      })
      await deployer.request({ method: 'evm_mine', params: [] })
    },
  }
}
