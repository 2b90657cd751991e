import { join } from 'node:path'
import { type Address, type Chain, type Client, type Transport, zeroAddress } from 'viem'
import {
  type AaveV3Venue,
  configureReserves,
  deployOracle,
  deployProvider,
  describeVenue,
  type LocalAaveV3,
  rayRates,
  TREASURY,
} from './aave-v3.js'
import { type ArtifactSource, packageFolder, shippedArtifacts } from './artifact.js'
import { deployer, firstAccount } from './deployer.js'

const LIBRARIES = [
  'BorrowLogic',
  'BridgeLogic',
  'EModeLogic',
  'FlashLoanLogic',
  'LiquidationLogic',
  'PoolLogic',
  'SupplyLogic',
  'ConfiguratorLogic',
]

const FILES = {
  ...Object.fromEntries(LIBRARIES.map((name) => [name, `protocol/libraries/logic/${name}`])),
  PoolAddressesProvider: 'protocol/configuration/PoolAddressesProvider',
  ACLManager: 'protocol/configuration/ACLManager',
  Pool: 'protocol/pool/Pool',
  PoolConfigurator: 'protocol/pool/PoolConfigurator',
  DefaultReserveInterestRateStrategy: 'protocol/pool/DefaultReserveInterestRateStrategy',
  AToken: 'protocol/tokenization/AToken',
  StableDebtToken: 'protocol/tokenization/StableDebtToken',
  VariableDebtToken: 'protocol/tokenization/VariableDebtToken',
  AaveOracle: 'misc/AaveOracle',
  AaveProtocolDataProvider: 'misc/AaveProtocolDataProvider',
  MintableERC20: 'mocks/tokens/MintableERC20',
  MockAggregator: 'mocks/oracle/CLAggregators/MockAggregator',
}

/**
 * The artifacts that `@aave/core-v3` 1.19.3 ships, from the dependencies of the module at `from`.
 * That package is licensed under BUSL-1.1: use it in tests only.
 *
 * @throws ArtifactError when the package is not installed.
 */
export function aaveV30Artifacts(from: string): ArtifactSource {
  return shippedArtifacts(join(packageFolder('@aave/core-v3', from), 'artifacts/contracts'), FILES)
}

/**
 * Deploys Aave 3.0 (pool revision 1) with the given reserves and e-modes on a local node.
 *
 * @example
 * const venue = await deployAaveV30(anvil.client, {
 *   artifacts: aaveV30Artifacts(import.meta.url),
 *   assets: [{ symbol: 'WETH', decimals: 18, priceE8: 3000n * 10n ** 8n, ltvBps: 8000, … }],
 * })
 *
 * @throws DeploymentError when a transaction reverts
 */
export async function deployAaveV30(
  client: Client<Transport, Chain>,
  venue: AaveV3Venue,
): Promise<LocalAaveV3> {
  const deploy = deployer(client, venue.admin ?? (await firstAccount(client)), venue.artifacts)
  await deploy.deployLibraries(LIBRARIES)
  const provider = await deployProvider(deploy)
  const feeds = await deployOracle(deploy, provider, venue.assets, ({ symbol, decimals }) =>
    deploy.deploy('MintableERC20', [symbol, symbol, decimals]),
  )
  const configure = (functionName: string, address: Address): Promise<void> =>
    deploy.send('PoolAddressesProvider', provider, functionName, [address])
  await configure('setPoolImpl', await deploy.deploy('Pool', [provider]))
  await configure('setPoolConfiguratorImpl', await deploy.deploy('PoolConfigurator'))
  const registry = 'PoolAddressesProvider'
  const pool = await deploy.read<Address>(registry, provider, 'getPool')
  const configurator = await deploy.read<Address>(registry, provider, 'getPoolConfigurator')
  const dataProvider = await deploy.deploy('AaveProtocolDataProvider', [provider])
  await configure('setPoolDataProvider', dataProvider)

  const strategy = await deploy.deploy('DefaultReserveInterestRateStrategy', [
    provider,
    ...rayRates,
  ])
  const aTokenImpl = await deploy.deploy('AToken', [pool])
  const stableDebtTokenImpl = await deploy.deploy('StableDebtToken', [pool])
  const variableDebtTokenImpl = await deploy.deploy('VariableDebtToken', [pool])
  for (const [index, { symbol, decimals }] of venue.assets.entries()) {
    await deploy.send('PoolConfigurator', configurator, 'initReserves', [
      [
        {
          aTokenImpl,
          stableDebtTokenImpl,
          variableDebtTokenImpl,
          underlyingAssetDecimals: decimals,
          interestRateStrategyAddress: strategy,
          underlyingAsset: feeds.tokens[index]?.token,
          treasury: TREASURY,
          incentivesController: zeroAddress,
          aTokenName: `a${symbol}`,
          aTokenSymbol: `a${symbol}`,
          variableDebtTokenName: `v${symbol}`,
          variableDebtTokenSymbol: `v${symbol}`,
          stableDebtTokenName: `s${symbol}`,
          stableDebtTokenSymbol: `s${symbol}`,
          params: '0x',
        },
      ],
    ])
  }
  await configureReserves(deploy, configurator, venue.assets, feeds)
  const local = await describeVenue(deploy, venue, {
    provider,
    feeds,
    pool,
    configurator,
    dataProvider,
    errorAbi: [],
    mintFunction: 'mint',
    tokenContract: 'MintableERC20',
  })
  for (const eMode of venue.eModes ?? []) {
    await deploy.send('PoolConfigurator', configurator, 'setEModeCategory', [
      eMode.id,
      eMode.ltvBps,
      eMode.liquidationThresholdBps,
      eMode.liquidationBonusBps,
      zeroAddress,
      `e-mode ${eMode.id}`,
    ])
    for (const symbol of new Set([...eMode.collateral, ...eMode.borrowable])) {
      await deploy.send('PoolConfigurator', configurator, 'setAssetEModeCategory', [
        local.assets[symbol]?.address,
        eMode.id,
      ])
    }
  }
  return local
}
