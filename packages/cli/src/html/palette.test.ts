import { describe, expect, it } from 'vitest'
import type { Tone } from './palette.js'
import { PALETTE, placeholder, withTones } from './palette.js'

/** Relative luminance of WCAG 2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const WRITTEN: readonly Tone[] = [
  'ink',
  'quiet',
  'accent',
  'good',
  'warning',
  'critical',
  'unknown',
]
const GROUNDS: readonly Tone[] = [
  'ghost',
  'level',
  'loss1',
  'loss2',
  'loss3',
  'gain1',
  'gain2',
  'gain3',
]

describe.each(['light', 'dark'] as const)('the %s scheme', (scheme) => {
  it.each(WRITTEN)('can be read: %s on cards and the page, 4.5 to 1', (tone) => {
    for (const ground of ['card', 'page'] as const) {
      const ratio = contrast(PALETTE[tone][scheme], PALETTE[ground][scheme])
      expect(ratio, ground).toBeGreaterThanOrEqual(4.5)
    }
  })

  it.each(GROUNDS)('can be read: ink on %s, 4.5 to 1', (ground) => {
    const ratio = contrast(PALETTE.ink[scheme], PALETTE[ground][scheme])
    expect(ratio).toBeGreaterThanOrEqual(4.5)
  })
})

describe('withTones', () => {
  it('turns the placeholder of every tone, and nothing else, into its custom property', () => {
    const tones = Object.keys(PALETTE) as readonly Tone[]
    const drawn = tones.map((tone) => `<path fill="${placeholder(tone)}"/>`).join('')
    expect(withTones(drawn)).toBe(tones.map((tone) => `<path fill="var(--${tone})"/>`).join(''))
    expect(withTones('#f00dff #123456')).toBe('#f00dff #123456')
  })
})
