import {
  type Abi,
  type Address,
  type Chain,
  type Client,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  type Transport,
} from 'viem'
import { readContract } from 'viem/actions'
import { type ArtifactSource, link } from './artifact.js'
import { DeploymentError } from './errors.js'

type Receipt = { readonly status: Hex; readonly contractAddress: Address | null }
type NodeRequest = (parameters: { method: string; params: readonly unknown[] }) => Promise<unknown>

/** Sends transactions of one unlocked account of a local node and waits for each. */
export type Deployer = {
  readonly account: Address
  readonly client: Client<Transport, Chain>
  /** Deploys a contract, linked with the libraries deployed before. */
  readonly deploy: (contract: string, args?: readonly unknown[]) => Promise<Address>
  /** Deploys a library and links it into what follows. */
  readonly deployLibraries: (names: readonly string[]) => Promise<void>
  readonly send: (
    contract: string,
    address: Address,
    functionName: string,
    args: readonly unknown[],
  ) => Promise<void>
  readonly read: <Result>(
    contract: string,
    address: Address,
    functionName: string,
    args?: readonly unknown[],
  ) => Promise<Result>
  readonly abi: (contract: string) => Abi
  /** Any node method, for storage and balances. */
  readonly request: NodeRequest
}

/** @throws DeploymentError when a transaction reverts; its cause is the node's error */
export function deployer(
  client: Client<Transport, Chain>,
  account: Address,
  artifacts: ArtifactSource,
): Deployer {
  const libraries: { [name: string]: Address } = {}
  const request = client.request as NodeRequest

  const transact = async (
    what: string,
    transaction: { to?: Address; data: Hex },
  ): Promise<Receipt> => {
    try {
      const receipt = (await request({
        method: 'eth_sendTransactionSync',
        params: [{ from: account, gas: '0x1c9c380', ...transaction }],
      })) as Receipt
      if (receipt.status === '0x1') return receipt
    } catch (cause) {
      throw reverted(what, cause)
    }
    throw reverted(what, undefined)
  }

  const deploy: Deployer['deploy'] = async (contract, args = []) => {
    const artifact = artifacts(contract)
    const data = encodeDeployData({
      abi: artifact.abi,
      bytecode: link(artifact, libraries),
      args: [...args],
    })
    const receipt = await transact(`deploying ${contract}`, { data })
    if (receipt.contractAddress === null) throw reverted(`deploying ${contract}`, undefined)
    return receipt.contractAddress
  }

  return {
    account,
    client,
    request,
    deploy,
    deployLibraries: async (names) => {
      for (const name of names) libraries[name] = await deploy(name)
    },
    send: async (contract, address, functionName, args) => {
      const { abi } = artifacts(contract)
      const data = encodeFunctionData({ abi, functionName, args: [...args] })
      await transact(`${contract}.${functionName}`, { to: address, data })
    },
    read: async (contract, address, functionName, args = []) =>
      (await readContract(client, {
        address,
        abi: artifacts(contract).abi,
        functionName,
        args: [...args],
      })) as never,
    abi: (contract) => artifacts(contract).abi,
  }
}

/** The first account that the node holds the key of. */
export async function firstAccount(client: Client<Transport, Chain>): Promise<Address> {
  const request = client.request as NodeRequest
  const [account] = (await request({ method: 'eth_accounts', params: [] })) as readonly Address[]
  if (account !== undefined) return account
  throw new DeploymentError(
    'The local node holds no account. Start it with at least one, or pass `admin`.',
  )
}

function reverted(what: string, cause: unknown): DeploymentError {
  return new DeploymentError(
    `The transaction ${what} reverted on the local node. Check the venue's configuration.`,
    { cause },
  )
}
