import type { Answer, CallRequest, Request } from '@plimsoll/client'
import { AdapterError, ask, MalformedCallAnswerError } from '@plimsoll/client'
import type { Address, Hex } from 'viem'

/** An answer as 32-byte words. */
export type Words = readonly bigint[]

/** A view: its selector, and its answer's length in words; `list` is one array, `text` a string. */
export type View = { readonly selector: Hex; readonly answer: number | 'list' | 'text' }

/**
 * The views that are asked; a test recomputes the selectors from the contracts' names. Answers are
 * words, so that their exact length is checked and nothing is read beyond it.
 */
export const VIEWS = {
  revision: { selector: '0x0148170e', answer: 1 },
  reserves: { selector: '0xd1946dbc', answer: 'list' },
  reserve: { selector: '0x35ea6a75', answer: 15 },
  gracePeriod: { selector: '0x5c9a8b18', answer: 1 },
  configuration: { selector: '0x4417a583', answer: 1 },
  mode: { selector: '0xeddf1b79', answer: 1 },
  account: { selector: '0xbf92857c', answer: 6 },
  oracle: { selector: '0xfca513a8', answer: 1 },
  sentinel: { selector: '0x5eb88d3d', answer: 1 },
  liquidationAllowed: { selector: '0x7a5d20ea', answer: 1 },
  borrowAllowed: { selector: '0x49aa2e81', answer: 1 },
  baseCurrency: { selector: '0xe19f4700', answer: 1 },
  baseUnit: { selector: '0x8c89b64f', answer: 1 },
  price: { selector: '0xb3596f07', answer: 1 },
  prices: { selector: '0x9d23d9f2', answer: 'list' },
  category: { selector: '0x6c6f6ae1', answer: 'text' },
  modeRatios: { selector: '0xb286f467', answer: 3 },
  modeCollateral: { selector: '0xb0771dba', answer: 1 },
  modeBorrowable: { selector: '0x903a2c71', answer: 1 },
  modeLtvZero: { selector: '0xfd89dee5', answer: 1 },
  modeIsolated: { selector: '0x05f68acb', answer: 1 },
  scaledBalance: { selector: '0x1da24f3e', answer: 1 },
  scaledTotal: { selector: '0xb1bf962d', answer: 1 },
  balance: { selector: '0x70a08231', answer: 1 },
  symbol: { selector: '0x95d89b41', answer: 'text' },
} as const

/** A call of a view, answered in words: a list's items, or a text's words after its head. */
function viewCall(to: Address, { selector, answer }: View, args: Words): CallRequest<Words> {
  return {
    kind: 'call',
    to,
    data: `${selector}${args.map(hexWord).join('')}`,
    gas: 60_000 + 40_000 * args.length,
    answerBytes: 32 * (typeof answer === 'number' ? answer : 8 + args.length),
    decode: (data) => {
      const words = wordsOf(data)
      const [offset, length] = words
      const isFixed = words.length === answer
      const isList = offset === 32n && length === BigInt(words.length - 2)
      if (answer === 'list' ? isList : answer === 'text' ? words.length > 0 : isFixed) {
        return answer === 'list' ? words.slice(2) : words
      }
      throw new MalformedCallAnswerError(
        `${to} answered ${selector} with ${data.length / 2 - 1} bytes that are no answer to it. Check the market's addresses and that the node is synced.`,
      )
    },
  }
}

const hexWord = (word: bigint): string => word.toString(16).padStart(64, '0')

function wordsOf(data: Hex): Words {
  const words = /^0x([0-9a-f]{64})*$/i.test(data) ? data.match(/[0-9a-f]{64}/gi) : null
  return (words ?? []).map((word) => BigInt(`0x${word}`))
}

/** The words that a question was answered with. @throws the answer's error */
export type Told = () => Words

/** Questions of one round: ask what is needed, send, then read what was told. */
export type Round = {
  readonly ask: (to: Address, view: View, ...args: Words) => Told
  readonly send: () => Rounds<void>
}

/** A part of a read that asks in rounds. */
export type Rounds<Result> = Generator<readonly Request[], Result, readonly Answer[]>

/** A round without questions is not sent. */
export function newRound(): Round {
  const requests: CallRequest<Words>[] = []
  let answers: readonly Answer<Words>[] = []
  return {
    ask: (to, view, ...args) => {
      const index = requests.push(viewCall(to, view, args)) - 1
      return () => {
        const answer = answers[index]
        if (answer?.ok === true) return answer.value
        throw (
          answer?.error ??
          new AdapterError('A request was not answered. Report it with a recording.')
        )
      }
    },
    *send() {
      if (requests.length > 0) answers = yield* ask(requests)
    },
  }
}

/** Runs several parts in lock step: what they ask at the same time becomes one round. */
export function* together<Result>(parts: readonly Rounds<Result>[]): Rounds<readonly Result[]> {
  let steps = parts.map((part) => part.next())
  while (steps.some(({ done }) => done !== true)) {
    let answers = yield steps.flatMap((step) => (step.done === true ? [] : step.value))
    steps = steps.map((step, index) => {
      const part = parts[index]
      if (step.done === true || part === undefined) return step
      const own = answers.slice(0, step.value.length)
      answers = answers.slice(step.value.length)
      return part.next(own)
    })
  }
  return steps.flatMap((step) => (step.done === true ? [step.value] : []))
}

/** The address in a word. @throws MalformedCallAnswerError when there is more in it */
export function addressOf(word = 0n): Address {
  if (word >> 160n === 0n) return `0x${word.toString(16).padStart(40, '0')}`
  throw new MalformedCallAnswerError(
    `The word ${word} is no address. Check the market's addresses and that the node is synced.`,
  )
}

/** The printable text in words: a string, or the bytes32 of old tokens. */
export function textOf(words: Words): string {
  const bytes = (words.length > 1 ? words.slice(2) : words).map(hexWord).join('').match(/../g) ?? []
  const text = String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16)))
  return text.replace(/[^!-~]/g, '').slice(0, 32)
}
