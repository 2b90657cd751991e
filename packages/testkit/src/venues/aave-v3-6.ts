import { join } from 'node:path'
import { type Address, type Chain, type Client, type Transport, zeroAddress } from 'viem'
import {
  type AaveV3Venue,
  configureReserves,
  deployOracle,
  deployProvider,
  describeVenue,
  encodedRates,
  type LocalAaveV3,
  TREASURY,
} from './aave-v3.js'
import { type ArtifactSource, packageFolder } from './artifact.js'
import { compiledArtifacts } from './compile.js'
import { deployer, firstAccount } from './deployer.js'

const LIBRARIES = [
  'BorrowLogic',
  'FlashLoanLogic',
  'LiquidationLogic',
  'PoolLogic',
  'SupplyLogic',
  'ConfiguratorLogic',
]

const ROOT = 'aave-v3-origin/contracts'
const CONTRACTS = {
  ...Object.fromEntries(
    LIBRARIES.map((name) => [name, `${ROOT}/protocol/libraries/logic/${name}.sol`]),
  ),
  Errors: `${ROOT}/protocol/libraries/helpers/Errors.sol`,
  PoolAddressesProvider: `${ROOT}/protocol/configuration/PoolAddressesProvider.sol`,
  ACLManager: `${ROOT}/protocol/configuration/ACLManager.sol`,
  PoolInstance: `${ROOT}/instances/PoolInstance.sol`,
  PoolConfiguratorInstance: `${ROOT}/instances/PoolConfiguratorInstance.sol`,
  ATokenInstance: `${ROOT}/instances/ATokenInstance.sol`,
  VariableDebtTokenInstance: `${ROOT}/instances/VariableDebtTokenInstance.sol`,
  DefaultReserveInterestRateStrategyV2: `${ROOT}/misc/DefaultReserveInterestRateStrategyV2.sol`,
  AaveOracle: `${ROOT}/misc/AaveOracle.sol`,
  AaveProtocolDataProvider: `${ROOT}/helpers/AaveProtocolDataProvider.sol`,
  TestnetERC20: `${ROOT}/mocks/testnet-helpers/TestnetERC20.sol`,
  MockAggregator: `${ROOT}/mocks/oracle/CLAggregators/MockAggregator.sol`,
}

/** The deployed contract of each general name. */
const INSTANCES: { readonly [name: string]: string } = {
  Pool: 'PoolInstance',
  PoolConfigurator: 'PoolConfiguratorInstance',
}

/**
 * Compiles `@aave-dao/aave-v3-origin` 3.6.0 with solc 0.8.28, both from the dependencies of the
 * module at `from`, which also needs `@openzeppelin/contracts` 5.1.0 and `@bgd-labs/solidity-utils`
 * 1.1.2. It takes half a minute once; later calls read the cache beside the package. The sources
 * are licensed under BUSL-1.1: use them in tests only, and never publish the artifacts.
 *
 * @throws ArtifactError when a package is missing or does not compile.
 */
export async function aaveV36Artifacts(from: string): Promise<ArtifactSource> {
  const origin = packageFolder('@aave-dao/aave-v3-origin', from)
  const artifacts = await compiledArtifacts({
    from,
    contracts: CONTRACTS,
    remappings: {
      'aave-v3-origin/': join(origin, 'src'),
      'openzeppelin-contracts/contracts/': packageFolder('@openzeppelin/contracts', from),
      'solidity-utils/contracts/': join(
        packageFolder('@bgd-labs/solidity-utils', from),
        'src/contracts',
      ),
    },
    evmVersion: 'shanghai',
    optimizerRuns: 200,
    version: '@aave-dao/aave-v3-origin 3.6.0, @openzeppelin/contracts 5.1.0',
    cacheFolder: join(origin, '../../.cache/plimsoll'),
  })
  return (contract) => artifacts(INSTANCES[contract] ?? contract)
}

/**
 * Deploys Aave 3.6 (pool revision 10) with the given reserves and e-modes on a local node.
 *
 * @throws DeploymentError when a transaction reverts
 */
export async function deployAaveV36(
  client: Client<Transport, Chain>,
  venue: AaveV3Venue,
): Promise<LocalAaveV3> {
  const deploy = deployer(client, venue.admin ?? (await firstAccount(client)), venue.artifacts)
  await deploy.deployLibraries(LIBRARIES)
  const provider = await deployProvider(deploy)
  const feeds = await deployOracle(deploy, provider, venue.assets, ({ symbol, decimals }) =>
    deploy.deploy('TestnetERC20', [symbol, symbol, decimals, deploy.account]),
  )
  const configure = (functionName: string, address: Address): Promise<void> =>
    deploy.send('PoolAddressesProvider', provider, functionName, [address])
  const strategy = await deploy.deploy('DefaultReserveInterestRateStrategyV2', [provider])
  await configure('setPoolImpl', await deploy.deploy('Pool', [provider, strategy]))
  await configure('setPoolConfiguratorImpl', await deploy.deploy('PoolConfigurator'))
  const registry = 'PoolAddressesProvider'
  const pool = await deploy.read<Address>(registry, provider, 'getPool')
  const configurator = await deploy.read<Address>(registry, provider, 'getPoolConfigurator')
  const dataProvider = await deploy.deploy('AaveProtocolDataProvider', [provider])
  await configure('setPoolDataProvider', dataProvider)

  const aTokenImpl = await deploy.deploy('ATokenInstance', [pool, zeroAddress, TREASURY])
  const variableDebtTokenImpl = await deploy.deploy('VariableDebtTokenInstance', [
    pool,
    zeroAddress,
  ])
  for (const [index, { symbol }] of venue.assets.entries()) {
    await deploy.send('PoolConfigurator', configurator, 'initReserves', [
      [
        {
          aTokenImpl,
          variableDebtTokenImpl,
          underlyingAsset: feeds.tokens[index]?.token,
          aTokenName: `a${symbol}`,
          aTokenSymbol: `a${symbol}`,
          variableDebtTokenName: `v${symbol}`,
          variableDebtTokenSymbol: `v${symbol}`,
          params: '0x',
          interestRateData: encodedRates,
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
    errorAbi: deploy.abi('Errors'),
    mintFunction: 'mint',
    tokenContract: 'TestnetERC20',
  })
  for (const eMode of venue.eModes ?? []) {
    const send = (functionName: string, args: readonly unknown[]): Promise<void> =>
      deploy.send('PoolConfigurator', configurator, functionName, args)
    await send('setEModeCategory', [
      eMode.id,
      eMode.ltvBps,
      eMode.liquidationThresholdBps,
      eMode.liquidationBonusBps,
      `e-mode ${eMode.id}`,
    ])
    for (const symbol of eMode.collateral) {
      const asset = local.assets[symbol]?.address
      await send('setAssetCollateralInEMode', [asset, eMode.id, true])
    }
    for (const symbol of eMode.borrowable) {
      const asset = local.assets[symbol]?.address
      await send('setAssetBorrowableInEMode', [asset, eMode.id, true])
    }
  }
  return local
}
