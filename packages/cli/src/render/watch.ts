import type { AsOf } from '@plimsoll/model'
import type { WatchLine } from '../watch-line.js'
import { count, healthText, instant, short } from './numbers.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'
import { VERDICT_TONE } from './tone.js'

/** What a watch says at one instant, in one line for people. Pure: the same line gives the same text. */
export function renderWatchLine(line: WatchLine, style: Style): string {
  const { nowMs, asOf, verdict } = line
  const when = [instant(nowMs), ...asOf.flatMap(blockText)]
  return [
    paint(style, 'quiet', typeset(style, when.join('  '))),
    ...said(line, scoreAge(line)).map((part) => typeset(style, part)),
    paint(style, VERDICT_TONE[verdict], verdict),
    ...reason(line).map((part) => typeset(style, part)),
  ].join('  ')
}

/** What a line says apart from times: where it is the same, nothing has changed for people. */
export function saidForPeople(line: WatchLine): string {
  return [...said(line, ''), line.verdict, ...reason(line)].join('  ')
}

function said({ health, score, weakest, status }: WatchLine, age: string): readonly string[] {
  return [
    `health ${healthText(health)}`,
    ...(score === null ? [] : [`score ${scoreText(score)}${age}`]),
    ...(weakest === null ? [] : [`${short(weakest.label)} (${weakest.venue})`]),
    ...(status === 'stale' ? ['stale'] : []),
  ]
}

function scoreText({ value, upperBound }: NonNullable<WatchLine['score']>): string {
  return value === null ? `unknown, at most ${upperBound.toFixed(0)}` : value.toFixed(0)
}

function scoreAge({ score, nowMs }: WatchLine): string {
  if (score === null) return ''
  const seconds = Math.floor((nowMs - score.atMs) / 1000)
  return seconds <= 0 ? '' : ` (${count(seconds)} s old)`
}

function reason({ health }: WatchLine): readonly string[] {
  if (health.value !== null || health.reason !== 'unknown') return []
  return [short(health.message).replace(/\s+/g, ' ')]
}

function blockText(asOf: AsOf): readonly string[] {
  return asOf.kind === 'block' ? [`block ${count(asOf.number)} of chain ${asOf.chain}`] : []
}
