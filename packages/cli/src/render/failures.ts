import type { ReadFailure } from '@plimsoll/model'
import { short } from './numbers.js'
import { notes, section } from './section.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'

/** Messages that are printed of failures of one kind; a node that is down fails everything. */
const SHOWN = 3

/** Failures of one kind. */
export type FailureGroup = {
  readonly first: ReadFailure
  readonly adapters: readonly string[]
  readonly messages: readonly string[]
}

/** What could not be read and what to do, failures of one kind together. */
export function failureLines(failures: readonly ReadFailure[], style: Style): readonly string[] {
  if (failures.length === 0) return []
  const entries = groupsOf(failures).map(({ first, adapters, messages }) => {
    const more = messages.length - SHOWN
    return {
      head: paint(style, 'unknown', typeset(style, `${whereOf(first, adapters)}: ${first.error}`)),
      messages: [
        ...messages.slice(0, SHOWN).map(short),
        ...(more > 0 ? [`And ${more} more of this kind; --json prints them all.`] : []),
      ],
    }
  })
  return section(style, 'Not read', notes(style, entries))
}

/** Which adapters failed, on which chain, for whom. */
export function whereOf({ chain, owner }: ReadFailure, adapters: readonly string[]): string {
  return [
    adapters.join(', '),
    ...(chain === null ? [] : [`on chain ${chain}`]),
    ...(owner === null ? [] : [`for ${short(owner)}`]),
  ].join(' ')
}

/** Failures of one kind together. */
export function groupsOf(failures: readonly ReadFailure[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>()
  for (const failure of failures) {
    const { adapter, chain, owner, error, message } = failure
    const key = [chain, owner, error].join(' ')
    const { first, adapters, messages } = groups.get(key) ?? {
      first: failure,
      adapters: [],
      messages: [],
    }
    groups.set(key, {
      first,
      adapters: [...new Set([...adapters, adapter])],
      messages: [...new Set([...messages, message])],
    })
  }
  return [...groups.values()]
}
