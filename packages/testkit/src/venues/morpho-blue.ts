import { join } from 'node:path'
import {
  type Abi,
  type Address,
  type Chain,
  type Client,
  encodeAbiParameters,
  type Hex,
  keccak256,
  numberToHex,
  padHex,
  type Transport,
  toFunctionSelector,
} from 'viem'
import { type ArtifactSource, packageFolder } from './artifact.js'
import { compiledArtifacts } from './compile.js'
import { deployer, firstAccount } from './deployer.js'

/** A market to create; everything in raw units, ratios and rates scaled by 1e18. */
export type MorphoBlueMarket = {
  readonly loanToken: Address
  readonly collateralToken: Address
  readonly lltv: bigint
  /** Oracle price: raw loan units per raw collateral unit, scaled by 1e36. */
  readonly price: bigint
  /** Borrow rate per second. */
  readonly borrowRate: bigint
}

export type MorphoBlueVenue = {
  /** First of the node's accounts unless told; owns the contract. */
  readonly admin?: Address
  readonly artifacts: ArtifactSource
  readonly markets: readonly MorphoBlueMarket[]
}

/** The five immutable parameters of a market, in the contract's order. */
export type MorphoBlueParams = {
  readonly loanToken: Address
  readonly collateralToken: Address
  readonly oracle: Address
  readonly irm: Address
  readonly lltv: bigint
}

export type LocalMorphoBlueMarket = { readonly id: Hex; readonly params: MorphoBlueParams }

/** A deployed Morpho Blue with its markets. Each has an oracle and a rate model of its own. */
export type LocalMorphoBlue = {
  readonly client: Client<Transport, Chain>
  readonly admin: Address
  readonly morpho: Address
  readonly abi: Abi
  readonly markets: readonly LocalMorphoBlueMarket[]
  /** Deploys a contract that answers 0 to everything until it is told. */
  readonly mock: () => Promise<Address>
  /** Makes a mock, oracle or rate model answer a function, `price()` say, from now on. */
  readonly answer: (mock: Address, signature: string, value: bigint) => Promise<void>
}

/**
 * Compiles `@morpho-org/morpho-blue` 1.0.0 with solc 0.8.19, both from the dependencies of the module
 * at `from`: the compiler under the name `solc0819`. It takes seconds once; later calls read the cache
 * beside the package. The source is licensed under BUSL-1.1: use it in tests only, and never publish
 * the artifact.
 *
 * @throws ArtifactError when a package is missing or does not compile.
 */
export async function morphoBlueArtifacts(from: string): Promise<ArtifactSource> {
  const folder = packageFolder('@morpho-org/morpho-blue', from)
  return compiledArtifacts({
    from,
    compiler: 'solc0819',
    contracts: { Morpho: 'morpho-blue/src/Morpho.sol' },
    remappings: { 'morpho-blue/': folder },
    evmVersion: 'paris',
    optimizerRuns: 200,
    version: '@morpho-org/morpho-blue 1.0.0',
    cacheFolder: join(folder, '../../.cache/plimsoll'),
  })
}

/**
 * Code that answers every function with the storage slot numbered as its selector: an oracle or a rate
 * model whose every answer can be set.
 *
 * PUSH0 CALLDATALOAD PUSH1 224 SHR SLOAD PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
 */
const ANSWERING_CODE: Hex = '0x5f3560e01c545f5260205ff3'

/** Storage slot of what a mock answers to a function. */
const slotOf = (signature: string): Hex =>
  padHex(toFunctionSelector(`function ${signature}`), { size: 32 })

/** Parameters of a rate model's functions. */
const RATE_INPUTS =
  '((address,address,address,address,uint256),(uint128,uint128,uint128,uint128,uint128,uint128))'

/**
 * Deploys Morpho Blue with the given markets on a local node.
 *
 * @throws DeploymentError when a transaction reverts
 */
export async function deployMorphoBlue(
  client: Client<Transport, Chain>,
  venue: MorphoBlueVenue,
): Promise<LocalMorphoBlue> {
  const admin = venue.admin ?? (await firstAccount(client))
  const { deploy, send, request, abi } = deployer(client, admin, venue.artifacts)
  const morpho = await deploy('Morpho', [admin])
  const answer: LocalMorphoBlue['answer'] = async (mock, signature, value) => {
    const params = [mock, slotOf(signature), numberToHex(value, { size: 32 })]
    await request({ method: 'anvil_setStorageAt', params })
  }
  let mocks = 0
  const mock: LocalMorphoBlue['mock'] = async () => {
    const address = numberToHex(0x30c0_0000 + mocks, { size: 20 })
    mocks += 1
    await request({ method: 'anvil_setCode', params: [address, ANSWERING_CODE] })
    return address
  }
  const lltvs = [...new Set(venue.markets.map(({ lltv }) => lltv))]
  for (const lltv of lltvs) await send('Morpho', morpho, 'enableLltv', [lltv])
  const markets: LocalMorphoBlueMarket[] = []
  for (const market of venue.markets) {
    const [oracle, irm] = [await mock(), await mock()]
    await answer(oracle, 'price()', market.price)
    await answer(irm, `borrowRate${RATE_INPUTS}`, market.borrowRate)
    await answer(irm, `borrowRateView${RATE_INPUTS}`, market.borrowRate)
    await send('Morpho', morpho, 'enableIrm', [irm])
    const { loanToken, collateralToken, lltv } = market
    const params = { loanToken, collateralToken, oracle, irm, lltv }
    await send('Morpho', morpho, 'createMarket', [params])
    markets.push({ id: marketId(params), params })
  }
  return { client, admin, morpho, abi: abi('Morpho'), markets, mock, answer }
}

function marketId({ loanToken, collateralToken, oracle, irm, lltv }: MorphoBlueParams): Hex {
  const address = { type: 'address' } as const
  return keccak256(
    encodeAbiParameters(
      [address, address, address, address, { type: 'uint256' }],
      [loanToken, collateralToken, oracle, irm, lltv],
    ),
  )
}
