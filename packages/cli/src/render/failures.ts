import type { ReadFailure } from '@plimsoll/model'
import { short } from './numbers.js'
import { notes, section } from './section.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'

/** Messages that are printed of failures of one kind; a node that is down fails everything. */
const SHOWN = 3

type Group = {
  readonly first: ReadFailure
  readonly adapters: readonly string[]
  readonly messages: readonly string[]
}

/** What could not be read and what to do, failures of one kind together. */
export function failureLines(failures: readonly ReadFailure[], style: Style): readonly string[] {
  if (failures.length === 0) return []
  const entries = groupsOf(failures).map(({ first, adapters, messages }) => {
    const { chain, owner, error } = first
    const where = [
      adapters.join(', '),
      ...(chain === null ? [] : [`on chain ${chain}`]),
      ...(owner === null ? [] : [`for ${short(owner)}`]),
    ]
    const more = messages.length - SHOWN
    return {
      head: paint(style, 'unknown', typeset(style, `${where.join(' ')}: ${error}`)),
      messages: [
        ...messages.slice(0, SHOWN).map(short),
        ...(more > 0 ? [`And ${more} more of this kind; --json prints them all.`] : []),
      ],
    }
  })
  return section(style, 'Not read', notes(style, entries))
}

function groupsOf(failures: readonly ReadFailure[]): readonly Group[] {
  const groups = new Map<string, Group>()
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
