import { counted } from '../counted.js'

const STEPS = [
  { least: 1e9, letter: 'B' },
  { least: 1e6, letter: 'M' },
  { least: 1e3, letter: 'k' },
]

/** An amount in at most five characters and its sign: `−1.18k`, `+295`, `0`. */
export function compact(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude < 0.5) return '0'
  const step = STEPS.find(({ least }) => magnitude >= least * 0.9995)
  const scaled = magnitude / (step?.least ?? 1)
  const digits = step === undefined || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2
  return `${value < 0 ? '−' : '+'}${scaled.toFixed(digits)}${step?.letter ?? ''}`
}

/** The same without the sign of a gain. */
export function compactUnsigned(value: number): string {
  return compact(value).replace('+', '')
}

/** A figure at an axis: `1.5k`, `20`. */
export function axisAmount(value: number): string {
  return compactUnsigned(value).replace(/\.0+(?=\D|$)|(\.\d*[1-9])0+(?=\D|$)/, '$1')
}

/** A move in whole points where it is whole: `−20 %`, `+2.5 %`, `0 %`. */
export function points(move: number): string {
  const size = Math.abs(Math.round(move * 1000) / 10)
  return `${size === 0 ? '' : move < 0 ? '−' : '+'}${size}\u00a0%`
}

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

/** How long, in its largest whole unit: `3 hours`. */
export function duration(milliseconds: number): string {
  if (milliseconds < MINUTE) return 'less than a minute'
  const [unit, name]: readonly [number, string] =
    milliseconds >= DAY ? [DAY, 'day'] : milliseconds >= HOUR ? [HOUR, 'hour'] : [MINUTE, 'minute']
  return counted(Math.floor(milliseconds / unit), name)
}
