import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import { type Artifact, packageFolder } from '@plimsoll/testkit/venues'
import { type Address, encodeDeployData, zeroAddress } from 'viem'
import { nextBlockAt, nodeRequest, transact } from '../aave-v3/transact.js'

/** Seconds after which a round without enough answers is over. */
const ROUND_TIMEOUT = 600

/** An answer that the feed's oracles gave, by the local node's own clock. */
export type Given = { readonly at: number; readonly answer: bigint }

/** One aggregator of a feed, as the package ships it, with two oracles that must both answer. */
export type LocalAggregator = {
  readonly address: Address
  /** Both oracles answer: a round is complete. */
  readonly answer: (at: number, answer: bigint) => Promise<void>
  /** One oracle answers and the other never does: the next round begins after the time-out. */
  readonly abandon: (at: number, answer: bigint) => Promise<void>
  readonly given: readonly Given[]
}

/** A price feed of real contract code on a local node. */
export type LocalFeed = {
  readonly anvil: Anvil
  readonly proxy: Address
  readonly aggregators: readonly LocalAggregator[]
  /** Deploys another aggregator, which the feed does not use yet. */
  readonly prepare: () => Promise<LocalAggregator>
  /** Passes on to a prepared aggregator. */
  readonly pass: (aggregator: LocalAggregator) => Promise<void>
}

/** Reads a contract as the package ships it: compiled by its publisher, bytecode and all. */
function shipped(contract: string): Artifact {
  const folder = packageFolder('@chainlink/contracts', import.meta.url)
  const { compilerOutput } = JSON.parse(
    readFileSync(join(folder, 'abi/v0.6', `${contract}.json`), 'utf8'),
  )
  const { abi, evm } = compilerOutput
  return { abi, bytecode: evm.bytecode.object, linkReferences: {} }
}

/**
 * Deploys a proxy and its first aggregator.
 *
 * @param begin Unix seconds of the first block
 */
export async function startFeed(begin: number, description: string): Promise<LocalFeed> {
  const anvil = await startAnvil({ timestamp: begin })
  try {
    const [admin, ...others] = (await nodeRequest(anvil.client, 'eth_accounts')) as readonly [
      Address,
      ...Address[],
    ]
    const oracles = others.slice(0, 2)
    const flux = shipped('FluxAggregator')
    const eac = shipped('EACAggregatorProxy')
    const deploy = async ({ abi, bytecode }: Artifact, args: readonly unknown[]) => {
      const hex = bytecode.startsWith('0x') ? bytecode : `0x${bytecode}`
      const data = encodeDeployData({ abi, bytecode: hex as `0x${string}`, args: [...args] })
      const receipt = await nodeRequest(anvil.client, 'eth_sendTransactionSync', {
        from: admin,
        data,
        gas: '0x1c9c380',
      })
      return (receipt as { readonly contractAddress: Address }).contractAddress
    }
    const prepare = async (): Promise<LocalAggregator> => {
      const limits = [1n, 10n ** 20n, 8, description] as const
      const address = await deploy(flux, [zeroAddress, 0n, ROUND_TIMEOUT, zeroAddress, ...limits])
      const send = (from: Address, functionName: string, args: readonly unknown[]) =>
        transact(anvil.client, from, address, flux.abi, functionName, args)
      await send(admin, 'changeOracles', [[], oracles, oracles, 2, 2, 0])
      const given: Given[] = []
      let round = 0n
      const submit = async (at: number, answer: bigint, by: readonly Address[]) => {
        round += 1n
        for (const [index, oracle] of by.entries()) {
          await nextBlockAt(anvil.client, at + index)
          await send(oracle, 'submit', [round, answer])
        }
      }
      return {
        address,
        given,
        answer: async (at, answer) => {
          await submit(at, answer, oracles)
          given.push({ at: at + 1, answer })
        },
        abandon: (at, answer) => submit(at, answer, oracles.slice(0, 1)),
      }
    }
    const first = await prepare()
    const proxy = await deploy(eac, [first.address, zeroAddress])
    const aggregators = [first]
    return {
      anvil,
      proxy,
      aggregators,
      prepare,
      pass: async (aggregator) => {
        for (const functionName of ['proposeAggregator', 'confirmAggregator']) {
          await transact(anvil.client, admin, proxy, eac.abi, functionName, [aggregator.address])
        }
        aggregators.push(aggregator)
      },
    }
  } catch (error) {
    await anvil.stop()
    throw error
  }
}
