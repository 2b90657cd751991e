import { UsageError } from '../errors.js'

/** Splits `key=value` at the first `=`. @throws UsageError */
export function keyValue(option: string, text: string, example: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) {
    throw new UsageError(`${option} "${text.slice(0, 120)}" is not key=value. Write ${example}.`)
  }
  return [text.slice(0, at), text.slice(at + 1)]
}

/** A chain id. @throws UsageError */
export function parseChain(option: string, text: string): number {
  const id = Number(text)
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(id) || id < 1) {
    throw new UsageError(
      `${option} names the chain "${text.slice(0, 40)}". Use the number of the chain: 1 for Ethereum, 42161 for Arbitrum, 8453 for Base.`,
    )
  }
  return id
}

/**
 * Addresses of nodes by chain: from `--rpc 1=URL`, and from the environment's `PLIMSOLL_RPC_1`,
 * which keeps keys out of the list of processes. The option wins.
 *
 * @throws UsageError
 */
export function parseRpcs(
  texts: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): ReadonlyMap<number, string> {
  const rpcs = new Map<number, string>()
  for (const [name, url] of Object.entries(environment)) {
    const match = /^PLIMSOLL_RPC_(.+)$/.exec(name)
    if (match === null || url === undefined || url === '') continue
    rpcs.set(parseChain(name, match[1] ?? ''), parseUrl(name, url))
  }
  const given = new Set<number>()
  for (const text of texts) {
    const [key, url] = keyValue('--rpc', text, '--rpc 1=https://node.example')
    const chain = parseChain('--rpc', key)
    if (given.has(chain)) {
      throw new UsageError(`--rpc names chain ${chain} twice. Give one node a chain.`)
    }
    given.add(chain)
    rpcs.set(chain, parseUrl(`--rpc ${chain}`, url))
  }
  return rpcs
}

/** An http or https address. It may hold a key, so that errors never repeat it. @throws UsageError */
export function parseUrl(option: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(
      `${option} is not an http or https address. Write it in full, for example https://node.example/key.`,
    )
  }
  return text
}

/** Block numbers by chain, from `--block 1=21000000`. @throws UsageError */
export function parseBlocks(
  texts: readonly string[],
  chains: readonly number[],
): { readonly [chain: number]: bigint } {
  const blocks: { [chain: number]: bigint } = {}
  for (const text of texts) {
    const [key, number] = keyValue('--block', text, '--block 1=21000000')
    const chain = parseChain('--block', key)
    if (!/^\d{1,18}$/.test(number)) {
      throw new UsageError(
        `--block "${text.slice(0, 60)}" has no block number. Write digits only, for example --block 1=21000000.`,
      )
    }
    if (!chains.includes(chain)) {
      throw new UsageError(
        `--block names chain ${chain}, for which there is no --rpc. Add --rpc ${chain}=URL.`,
      )
    }
    if (blocks[chain] !== undefined) {
      throw new UsageError(`--block names chain ${chain} twice. Give one block a chain.`)
    }
    blocks[chain] = BigInt(number)
  }
  return blocks
}
