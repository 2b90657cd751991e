import { InvalidIdError } from './errors.js'

declare const brand: unique symbol
type Brand<Name extends string> = string & { readonly [brand]: Name }

/** CAIP-19 asset id: `eip155:1/erc20:0x…`, `eip155:1/slip44:60`, or `venue:<venue>/<namespace>:<reference>`. */
export type AssetId = Brand<'AssetId'>
/** CAIP-10 owner: `eip155:1:0x…`; `eip155:_:0x…` on every EVM chain; or `venue:<venue>:<account>`. */
export type OwnerId = Brand<'OwnerId'>
/** Identity of one margin account: `<adapter>/<chain or venue>/…`, unique in a portfolio. */
export type AccountId = Brand<'AccountId'>
/** Identity of one mark in a portfolio: `<source>/<chain or venue>/…`. */
export type MarkId = Brand<'MarkId'>
/** A risk factor: `spot:ETH`, `peg:wstETH/ETH`, `iv:ETH:30d`, `funding:ETH`, `rate:USD`. */
export type FactorId = Brand<'FactorId'>
/** A dependency node: `issuer:circle`, `oracle:…`, `bridge:…`, `vault:…`, `curator:…`, `venue:…`, `chain:…`, `sequencer:…`. */
export type NodeId = Brand<'NodeId'>
/** Key of venue state that several accounts share: `<adapter>/<chain>/…`. */
export type SharedKey = Brand<'SharedKey'>

const ASSET = /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}\/[-a-z0-9]{3,8}:[-.%:_a-zA-Z0-9]{1,128}$/
const EVM_OWNER = /^eip155:(_|\d{1,19}):(0x[0-9a-fA-F]{40})$/
const VENUE_OWNER = /^venue:[-a-z0-9]{2,32}:[-.%_a-zA-Z0-9]{1,128}$/
const EVM_ADDRESS = /^0x[0-9a-fA-F]{40}$/
const FACTOR = /^(spot|peg|iv|funding|rate):\S{1,160}$/
const NODE = /^(issuer|oracle|bridge|vault|curator|venue|chain|sequencer):\S{1,160}$/
const PATH = /^\S{1,400}$/

/** Checks and brands an asset id; the address of an `erc20` id is lower-cased. @throws InvalidIdError */
export function assetId(text: string): AssetId {
  const id = text.includes('/erc20:0x') ? text.toLowerCase() : text
  return check<AssetId>(id, ASSET, 'asset id', 'eip155:1/erc20:0xa0b8…eb48')
}

/** The asset id of an ERC-20 token. */
export function erc20(chain: number, address: string): AssetId {
  if (!EVM_ADDRESS.test(address))
    throw invalid(address, 'token address', '0xa0b8…eb48 (40 hex digits)')
  return assetId(`eip155:${chain}/erc20:${address}`)
}

/** The asset id of a chain's native coin; `coinType` is its SLIP-44 number. */
export function nativeCoin(chain: number, coinType = 60): AssetId {
  return assetId(`eip155:${chain}/slip44:${coinType}`)
}

/**
 * Checks and brands an owner. A bare EVM address means that address on every EVM chain.
 *
 * @example
 * ownerId('0xAb58…') // 'eip155:_:0xab58…'
 *
 * @throws InvalidIdError
 */
export function ownerId(text: string): OwnerId {
  if (EVM_ADDRESS.test(text)) return `eip155:_:${text.toLowerCase()}` as OwnerId
  const evm = EVM_OWNER.exec(text)
  if (evm !== null) return text.toLowerCase() as OwnerId
  if (VENUE_OWNER.test(text)) return text as OwnerId
  throw invalid(
    text,
    'owner',
    'a 20-byte address (0x and 40 hex digits), eip155:<chain>:<address>, or venue:<venue>:<account>',
  )
}

/** An owner taken apart. `chain` is null on every EVM chain. */
export type Owner =
  | {
      readonly kind: 'evm'
      readonly id: OwnerId
      readonly chain: number | null
      readonly address: `0x${string}`
    }
  | {
      readonly kind: 'venue'
      readonly id: OwnerId
      readonly venue: string
      readonly account: string
    }

/** Takes an owner id apart. @throws InvalidIdError */
export function parseOwner(id: OwnerId | string): Owner {
  const owner = ownerId(id)
  const [namespace, reference = '', ...rest] = owner.split(':')
  return namespace === 'eip155'
    ? {
        kind: 'evm',
        id: owner,
        chain: reference === '_' ? null : Number(reference),
        address: rest.join(':') as `0x${string}`,
      }
    : { kind: 'venue', id: owner, venue: reference, account: rest.join(':') }
}

/** Checks and brands an account id. @throws InvalidIdError */
export const accountId = (text: string): AccountId =>
  check<AccountId>(text, PATH, 'account id', 'venue/1/0x…')
/** Checks and brands a mark id. @throws InvalidIdError */
export const markId = (text: string): MarkId => check<MarkId>(text, PATH, 'mark id', 'venue/1/0x…')
/** Checks and brands a key of shared venue state. @throws InvalidIdError */
export const sharedKey = (text: string): SharedKey =>
  check<SharedKey>(text, PATH, 'shared key', 'venue/1/0x…')
/** Checks and brands a risk factor. @throws InvalidIdError */
export const factorId = (text: string): FactorId =>
  check<FactorId>(text, FACTOR, 'risk factor', 'spot:ETH')
/** Checks and brands a dependency node. @throws InvalidIdError */
export const nodeId = (text: string): NodeId =>
  check<NodeId>(text, NODE, 'dependency node', 'issuer:circle')

function check<Id extends string>(
  text: string,
  grammar: RegExp,
  what: string,
  example: string,
): Id {
  if (!grammar.test(text)) throw invalid(text, what, example)
  return text as Id
}

function invalid(text: string, what: string, example: string): InvalidIdError {
  return new InvalidIdError(`"${text.slice(0, 120)}" is not a valid ${what}. Expected ${example}.`)
}
