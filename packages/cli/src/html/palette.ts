/** A colour by what it stands for, in the light and in the dark scheme. */
export type Tone =
  | 'page'
  | 'card'
  | 'ink'
  | 'quiet'
  | 'line'
  | 'accent'
  | 'good'
  | 'warning'
  | 'critical'
  | 'unknown'
  | 'track'
  | 'ghost'
  | 'loss3'
  | 'loss2'
  | 'loss1'
  | 'level'
  | 'gain1'
  | 'gain2'
  | 'gain3'

/** `#rrggbb`. */
export type Shades = { readonly light: `#${string}`; readonly dark: `#${string}` }

/** Colours of the page. Pairs that stand on each other keep the contrasts of WCAG AA. */
export const PALETTE: { readonly [T in Tone]: Shades } = {
  page: { light: '#eef2f5', dark: '#0d151d' },
  card: { light: '#ffffff', dark: '#16212c' },
  ink: { light: '#14202b', dark: '#e9eff5' },
  quiet: { light: '#4a5a68', dark: '#aab9c7' },
  line: { light: '#c6d0d9', dark: '#384856' },
  accent: { light: '#0b5c8a', dark: '#74bdea' },
  good: { light: '#1b6e3c', dark: '#6fd08f' },
  warning: { light: '#8a5300', dark: '#f0b45a' },
  critical: { light: '#b3261e', dark: '#ff8f85' },
  unknown: { light: '#6b3fa0', dark: '#cda9ff' },
  track: { light: '#dfe6ec', dark: '#2a3845' },
  ghost: { light: '#f1f5f8', dark: '#1d2a36' },
  loss3: { light: '#f2a67e', dark: '#8a3f12' },
  loss2: { light: '#f8c9ae', dark: '#6b3413' },
  loss1: { light: '#fce6da', dark: '#472b1b' },
  level: { light: '#f1f4f6', dark: '#24303c' },
  gain1: { light: '#dcebf7', dark: '#1c3850' },
  gain2: { light: '#b3d4ee', dark: '#1b4a73' },
  gain3: { light: '#84b8e2', dark: '#1a5c92' },
}

const TONES = Object.keys(PALETTE) as readonly Tone[]

/** The custom properties of one scheme, as declarations of a style sheet. */
export function properties(scheme: keyof Shades): string {
  return TONES.map((tone) => `--${tone}:${PALETTE[tone][scheme]}`).join(';')
}

/** A colour of its own for a tone, which a chart is drawn with before the page's scheme is known. */
export function placeholder(tone: Tone): string {
  return `#f00d${TONES.indexOf(tone).toString(16).padStart(2, '0')}`
}

/** Drawn markup with each placeholder turned into the tone of the page's scheme. */
export function withTones(markup: string): string {
  return markup.replace(/#f00d([0-9a-f]{2})/g, (color, index: string) => {
    const tone = TONES[Number.parseInt(index, 16)]
    return tone === undefined ? color : `var(--${tone})`
  })
}
