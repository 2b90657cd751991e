import { join } from 'node:path'
import type { LyraParameters, LyraPosition } from '@plimsoll/adapters/options/lyra-v1'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import { link, packageFolder, shippedArtifacts } from '@plimsoll/testkit/venues'
import {
  type Address,
  ContractFunctionRevertedError,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  numberToHex,
  parseEther,
} from 'viem'
import { getBlock } from 'viem/actions'
import { nodeRequest, transact } from '../aave-v3/transact.js'

const DAY = 86_400n
const PERIOD = 7n * DAY
/** Order of the enum `OptionMarket.OptionType`. */
const OPTION_TYPES = { 'short-call-base': 2, 'short-call-quote': 3, 'short-put-quote': 4 } as const

/** A short position with its numbers in the contract's 18 decimals. */
export type ChainPosition = {
  readonly kind: Exclude<LyraPosition['kind'], 'long'>
  readonly strike: bigint
  readonly spot: bigint
  readonly amount: bigint
  readonly seconds: number
}

/** The venue's own margin contract on a local node. */
export type LocalGreekCache = {
  readonly anvil: Anvil
  readonly setParameters: (parameters: LyraParameters) => Promise<void>
  /** `getMinCollateral` of each position, in 18 decimals, in one block. */
  readonly minimumCollateral: (positions: readonly ChainPosition[]) => Promise<readonly bigint[]>
}

const wei = (value: number): bigint => parseEther(value.toString())

/** Deploys `OptionGreekCache` with its two libraries, as the package ships them. */
export async function startGreekCache(): Promise<LocalGreekCache> {
  const contracts = join(
    packageFolder('@lyrafinance/protocol', import.meta.url),
    'dist/artifacts/contracts',
  )
  const artifacts = shippedArtifacts(contracts, {
    BlackScholes: 'libraries/BlackScholes',
    GWAV: 'libraries/GWAV',
    OptionGreekCache: 'OptionGreekCache',
  })
  const anvil = await startAnvil()
  try {
    const [admin] = (await nodeRequest(anvil.client, 'eth_accounts')) as readonly [Address]
    const deploy = async (contract: string, libraries = {}): Promise<Address> => {
      const data = link(artifacts(contract), libraries)
      const transaction = { from: admin, data, gas: '0x1c9c380' }
      const receipt = await nodeRequest(anvil.client, 'eth_sendTransactionSync', transaction)
      return (receipt as { contractAddress: Address }).contractAddress
    }
    const cache = await deploy('OptionGreekCache', {
      BlackScholes: await deploy('BlackScholes'),
      GWAV: await deploy('GWAV'),
    })
    const { abi } = artifacts('OptionGreekCache')
    const send = (functionName: string, argument: unknown) =>
      transact(anvil.client, admin, cache, abi, functionName, [argument])
    const { timestamp } = await getBlock(anvil.client)
    const now = timestamp + 1_000n
    return {
      anvil,
      setParameters: async (parameters) => {
        await send('setGreekCacheParameters', {
          maxStrikesPerBoard: 20n,
          acceptableSpotPricePercentMove: wei(0.01),
          staleUpdateDuration: DAY,
          varianceIvGWAVPeriod: PERIOD,
          varianceSkewGWAVPeriod: PERIOD,
          optionValueIvGWAVPeriod: PERIOD,
          optionValueSkewGWAVPeriod: PERIOD,
          gwavSkewFloor: wei(0.1),
          gwavSkewCap: wei(10),
          rateAndCarry: wei(parameters.rateAndCarry),
        })
        await send('setMinCollateralParameters', {
          minStaticQuoteCollateral: wei(parameters.minimumQuote),
          minStaticBaseCollateral: wei(parameters.minimumBase),
          shockVolA: wei(parameters.shockVolatility[0]),
          shockVolPointA: BigInt(parameters.shockDays[0]) * DAY,
          shockVolB: wei(parameters.shockVolatility[1]),
          shockVolPointB: BigInt(parameters.shockDays[1]) * DAY,
          callSpotPriceShock: wei(parameters.callSpotShock),
          putSpotPriceShock: wei(parameters.putSpotShock),
        })
      },
      minimumCollateral: async (positions) => {
        const calls = positions.map(({ kind, strike, spot, amount, seconds }) => ({
          to: cache,
          gas: '0x1c9c380',
          data: encodeFunctionData({
            abi,
            functionName: 'getMinCollateral',
            args: [OPTION_TYPES[kind], strike, now + BigInt(seconds), spot, amount],
          }),
        }))
        const blockOverrides = { time: numberToHex(now), gasLimit: '0x2540be40000' }
        const simulation = { blockStateCalls: [{ blockOverrides, calls }] }
        const answer = (await nodeRequest(
          anvil.client,
          'eth_simulateV1',
          simulation,
          'latest',
        )) as readonly { calls: readonly { status: Hex; returnData: Hex }[] }[]
        return (answer[0]?.calls ?? []).map(({ status, returnData: data }) => {
          if (status !== '0x1') {
            throw new ContractFunctionRevertedError({ abi, data, functionName: 'getMinCollateral' })
          }
          return decodeFunctionResult({ abi, functionName: 'getMinCollateral', data }) as bigint
        })
      },
    }
  } catch (error) {
    await anvil.stop()
    throw error
  }
}
