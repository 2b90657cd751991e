import type { Native } from '@plimsoll/model'
import type { Corruption, CorruptionScene } from './corruption.js'
import { callFailures, httpFailures } from './failures.js'
import { jsonCorruptions } from './json.js'
import { callCorruptions, isHexAnswer } from './words.js'

export * from './corruption.js'

/** Every corruption of one recorded answer. `raw` is null where the recording holds a failure. */
export function corruptionsOf(
  kind: 'call' | 'http' | 'graphql',
  raw: Native,
  scene: CorruptionScene,
): readonly Corruption[] {
  if (kind !== 'call') return [...httpFailures(), ...jsonCorruptions(raw, scene)]
  return isHexAnswer(raw) ? [...callFailures(), ...callCorruptions(raw, scene)] : callFailures()
}

/**
 * The corruptions in the order in which a limited number of them is worth trying: one of each
 * pattern, then a second of each, and so on.
 */
export function mostTellingFirst<C extends Pick<Corruption, 'pattern'>>(
  corruptions: readonly C[],
): readonly C[] {
  const seen = new Map<string, number>()
  const ranked = corruptions.map((corruption) => {
    const rank = seen.get(corruption.pattern) ?? 0
    seen.set(corruption.pattern, rank + 1)
    return { corruption, rank }
  })
  return ranked.sort((a, b) => a.rank - b.rank).map(({ corruption }) => corruption)
}
