import { walletTokens } from '@plimsoll/adapters/wallet/tokens'
import { encodeTransfer } from '@plimsoll/adapters/wallet/tokens/actions'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { Operation, Portfolio, VenueState } from '@plimsoll/model'
import { accountId, erc20, nativeCoin } from '@plimsoll/model'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import { aaveV30Artifacts } from '@plimsoll/testkit/venues'
import type { Address, Hex } from 'viem'
import { createTestClient, encodeDeployData, encodeFunctionData, http, publicActions } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CHAIN = 31_337
const OWNER: Address = `0x${'a1'.repeat(20)}`
const OTHER: Address = `0x${'b2'.repeat(20)}`
const STATES = 24

/** What may stand at the address of a token that is none. */
const ODD: { readonly [name: string]: readonly [address: Address, code: Hex] } = {
  reverts: [`0x${'01'.repeat(20)}`, '0x60006000fd'],
  'answers 5 bytes': [`0x${'02'.repeat(20)}`, '0x60056000f3'],
  'answers 64 bytes': [`0x${'03'.repeat(20)}`, '0x60406000f3'],
  'answers 2^256 − 1': [`0x${'04'.repeat(20)}`, '0x60001960005260206000f3'],
  'has no code': [`0x${'05'.repeat(20)}`, '0x'],
  'burns all gas': [`0x${'06'.repeat(20)}`, '0x5b600056'],
}

type Token = { readonly address: Address; readonly symbol: string; readonly decimals: number }

describe('walletTokens, on a node', () => {
  let anvil: Anvil
  let tokens: readonly Token[]
  const { abi, bytecode } = aaveV30Artifacts(import.meta.url)('MintableERC20')
  const chainOf = ({ chain, rpcUrl }: Anvil) =>
    createTestClient({
      mode: 'anvil',
      chain,
      transport: http(rpcUrl),
      pollingInterval: 50,
      cacheTime: 0,
    }).extend(publicActions)

  beforeAll(async () => {
    anvil = await startAnvil({ chainId: CHAIN })
    const list: Token[] = []
    for (const decimals of [0, 2, 6, 18]) list.push(await deployed(decimals))
    tokens = list
    for (const token of tokens) await give(token, OWNER, 1_000n)
  })
  afterAll(() => anvil.stop())

  async function deployed(decimals: number): Promise<Token> {
    const symbol = `T${decimals}`
    const data = encodeDeployData({
      abi,
      bytecode: `0x${bytecode.replace(/^0x/, '')}`,
      args: [symbol, symbol, decimals],
    })
    const [from] = (await anvil.client.request({ method: 'eth_accounts' })) as readonly Address[]
    const receipt = (await send({ from, data })) as { readonly contractAddress: Address }
    return { address: receipt.contractAddress, symbol, decimals }
  }

  function send(transaction: object): Promise<unknown> {
    const request = anvil.client.request as (call: unknown) => Promise<unknown>
    return request({
      method: 'eth_sendTransactionSync',
      params: [{ gas: '0x1c9c380', ...transaction }],
    })
  }

  async function give(token: Token, owner: Address, amount: bigint): Promise<void> {
    const chain = chainOf(anvil)
    await chain.impersonateAccount({ address: owner })
    await chain.setBalance({ address: owner, value: 10n ** 20n })
    const data = encodeFunctionData({ abi, functionName: 'mint', args: [amount] })
    await send({ from: owner, to: token.address, data })
  }

  function balanceOf(token: Token, owner: Address): Promise<unknown> {
    return chainOf(anvil).readContract({
      address: token.address,
      abi,
      functionName: 'balanceOf',
      args: [owner],
    })
  }

  async function read(
    list: readonly Token[],
    owners: readonly Address[] = [OWNER],
  ): Promise<{ readonly portfolio: Portfolio; readonly calls: number }> {
    let calls = 0
    const transport = http(anvil.rpcUrl, {
      retryCount: 0,
      onFetchRequest: async (_request, { body }) => {
        if (typeof body === 'string' && body.includes('"eth_call"')) calls += 1
      },
    })
    const client = createClient({
      chains: [{ id: CHAIN, transport }],
      adapters: [walletTokens({ chains: [CHAIN], tokens: { [CHAIN]: list } })],
    })
    return { portfolio: await readPortfolio(client, { owners }), calls }
  }

  it(`reads what the contracts say in ${STATES} states, in one eth_call each`, async () => {
    const chain = chainOf(anvil)
    for (let state = 0; state < STATES; state += 1) {
      const token = tokens[state % tokens.length]
      if (token === undefined) throw new RangeError('no token')
      // Powers of primes make amounts without a pattern, up to about 2^152.
      await give(token, OWNER, 7n ** BigInt(state * 2 + 1) * 1_000_003n)
      await chain.setBalance({ address: OWNER, value: 10n ** 19n + 3n ** BigInt(state) })
      const { portfolio, calls } = await read(tokens)
      const held = new Map(
        portfolio.accounts.flatMap(({ legs }) =>
          legs.flatMap((leg) => (leg.kind === 'cash' ? [[leg.asset, leg.amount] as const] : [])),
        ),
      )
      expect(portfolio.failures).toEqual([])
      expect(calls).toBe(1)
      expect(held.get(nativeCoin(CHAIN))).toEqual({
        raw: await chain.getBalance({ address: OWNER }),
        decimals: 18,
      })
      for (const each of tokens) {
        expect(held.get(erc20(CHAIN, each.address))?.raw ?? 0n).toBe(await balanceOf(each, OWNER))
      }
    }
  })

  it('keeps owners apart, and tells one who holds nothing from one who holds something', async () => {
    const [token] = tokens
    if (token === undefined) throw new RangeError('no token')
    const nobody: Address = `0x${'e0'.repeat(20)}`
    await give(token, OTHER, 5n)
    const { portfolio } = await read(tokens, [OWNER, OTHER, nobody])
    expect(portfolio.existence.map(({ owner, state }) => [owner.slice(-4), state])).toEqual([
      ['a1a1', 'has'],
      ['b2b2', 'has'],
      ['e0e0', 'none'],
    ])
    const other = portfolio.accounts.find(({ owner }) => owner.endsWith(OTHER))
    expect(other?.legs.find(({ asset }) => asset === erc20(CHAIN, token.address))).toMatchObject({
      amount: { raw: 5n },
    })
  })

  it.each(Object.keys(ODD))('fails for a token that %s, and reads the others', async (name) => {
    const [address, code] = ODD[name] ?? [OWNER, '0x']
    await chainOf(anvil).setCode({ address, bytecode: code })
    const { portfolio } = await read([...tokens, { address, symbol: 'ODD', decimals: 18 }])
    expect(portfolio.failures.map(({ message }) => message)).toEqual([
      expect.stringContaining(erc20(CHAIN, address)),
    ])
    expect(portfolio.failures[0]?.error).toMatch(/^(MalformedCallAnswer|CallReverted)Error$/)
    expect(portfolio.accounts[0]?.legs.length).toBe(tokens.length + 1)
  })

  it('applies a withdrawal as the encoded transfer does on the chain', async () => {
    for (const asset of [
      nativeCoin(CHAIN),
      ...tokens.map(({ address }) => erc20(CHAIN, address)),
    ]) {
      const { portfolio } = await read(tokens)
      const operation: Operation = {
        kind: 'withdraw',
        account: accountId(`wallet/${CHAIN}/${OWNER}`),
        asset,
        amount: 3n,
      }
      const [adapterModule] = walletTokens({ chains: [CHAIN] }).modules
      const after = adapterModule?.apply(stateOf(portfolio), operation)
      const { to, data, value } = encodeTransfer(operation, OTHER)
      await send({ from: OWNER, to, data, value: `0x${value.toString(16)}` })
      const again = await read(tokens)
      const raws = (legs: Portfolio['accounts'][number]['legs']) =>
        // Gas is paid in the native coin, which no operation foresees.
        legs.flatMap((leg) =>
          'amount' in leg && leg.asset.includes('erc20') ? [[leg.asset, leg.amount.raw]] : [],
        )
      expect(raws(again.portfolio.accounts[0]?.legs ?? [])).toEqual(raws(after?.account.legs ?? []))
    }
  })
})

function stateOf({ accounts: [account], assets }: Portfolio): VenueState {
  if (account === undefined) throw new RangeError('no account')
  return {
    account,
    marks: new Map(),
    assets: new Map(assets.map((asset) => [asset.id, asset])),
    shared: new Map(),
    at: 0,
  }
}
