import type { Answer, CallRequest } from '@plimsoll/client'
import { ask, MalformedCallAnswerError } from '@plimsoll/client'
import type { Address, Hex } from 'viem'
import { given, type Rounds } from '../together.js'

/** An answer as 32-byte words. */
export type Words = readonly bigint[]

/** A view: its selector, and its answer's length in words; `list` is one array, `text` a string. */
export type View = { readonly selector: Hex; readonly answer: number | 'list' | 'text' }

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

/** A round without questions is not sent. */
export function newRound(): Round {
  const requests: CallRequest<Words>[] = []
  let answers: readonly Answer<Words>[] = []
  return {
    ask: (to, view, ...args) => {
      const index = requests.push(viewCall(to, view, args)) - 1
      return () => given(answers[index])
    },
    *send() {
      if (requests.length > 0) answers = yield* ask(requests)
    },
  }
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
