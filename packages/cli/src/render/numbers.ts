import type { Health } from '@plimsoll/model'

/** An amount of money: whole units from 1,000 up, cents below. */
export function money(value: number | null): string {
  if (value === null) return 'unknown'
  const digits = Math.abs(value) >= 1000 ? 0 : 2
  return signed(grouped(Math.abs(value), digits), value, digits)
}

/** A price: five significant digits at least, never in exponents. */
export function price(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude >= 1000) return signed(grouped(magnitude, 0), value, 0)
  if (magnitude === 0) return '0'
  const digits = Math.min(18, Math.max(2, 4 - Math.floor(Math.log10(magnitude))))
  return signed(grouped(magnitude, digits), value, digits)
}

/** A relative move: −0.197 is `−19.7 %`. */
export function percent(value: number): string {
  const points = value * 100
  const digits = points !== 0 && Math.abs(points) < 0.1 ? 3 : 1
  const text = `${grouped(Math.abs(points), digits)}\u00a0%`
  return points < 0 ? `−${text}` : `+${text}`
}

/** A share of a whole: 0.378 is `37.8 %`. */
export function share(value: number): string {
  return percent(value).replace(/^\+/, '')
}

/**
 * Health to two decimals, rounded toward danger; with more where two would hide on which side of
 * the venue's threshold it is.
 */
export function healthNumber(value: number): string {
  if (value > 1000) return '>\u00a01,000'
  for (const digits of [2, 4, 6]) {
    const text = roundedDown(value, digits)
    if (value <= 1 || Number(text) > 1) return text
  }
  return roundedDown(value, 9)
}

function roundedDown(value: number, digits: number): string {
  const scale = 10 ** digits
  const steps = Math.floor(value * scale)
  // The product may have been rounded up to the next step.
  return ((steps / scale > value ? steps - 1 : steps) / scale).toFixed(digits)
}

/** Health for people: a number, `none` where nothing is required, or `unknown`. */
export function healthText(health: Health): string {
  if (health.value !== null) return healthNumber(health.value)
  return health.reason === 'unknown' ? 'unknown' : 'none'
}

/** A UTC instant: `2026-11-24 14:35:10 UTC`. */
export function instant(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A whole number with groups: `21,000,000`. */
export function count(value: bigint | number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A text with every address cut in the middle; an address on every chain stands without its prefix. */
export function short(text: string): string {
  return text
    .replace(/eip155:_:(?=0x)/g, '')
    .replace(/0x[0-9a-fA-F]{40}(?![0-9a-fA-F])/g, (address) => {
      return `${address.slice(0, 6)}…${address.slice(-4)}`
    })
}

function grouped(magnitude: number, digits: number): string {
  const [whole = '0', fraction] = magnitude.toFixed(digits).split('.')
  const groups = count(BigInt(whole))
  return fraction === undefined ? groups : `${groups}.${fraction}`
}

function signed(text: string, value: number, digits: number): string {
  return value < 0 && Number(Math.abs(value).toFixed(digits)) !== 0 ? `−${text}` : text
}
