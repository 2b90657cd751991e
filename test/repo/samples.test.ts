import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url).pathname

type Sample = {
  readonly page: string
  readonly file: string
  readonly part: string | null
  readonly code: string
}

const SAMPLE = /<!-- from (examples\/[^ #]+)(?:#([a-z-]+))? -->\s*```ts[a-z]*\n([\s\S]*?)```/g
const MARKER = /<!-- from examples\//g

const samplesOf = (page: string, text: string): readonly Sample[] =>
  [...text.matchAll(SAMPLE)].map(([, file = '', part, code = '']) => ({
    page,
    file,
    part: part ?? null,
    code,
  }))

/** The text of an example, or of the part between `// #region name` and `// #endregion`. */
const exampleText = (text: string, part: string | null) => {
  if (part === null) return text
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.trim() === `// #region ${part}`)
  const end = lines.findIndex((line, index) => index > start && line.trim() === '// #endregion')
  if (start < 0 || end < 0) return null
  const body = lines.slice(start + 1, end)
  const indent = Math.min(...body.filter((line) => line !== '').map((line) => line.search(/\S/)))
  return `${body.map((line) => line.slice(indent)).join('\n')}\n`
}

const pages = [
  ...globSync('{README,CONTRIBUTING}.md', { cwd: root }),
  ...globSync('{docs,packages/*,adapters,examples/*}/**/*.md', {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  }),
].sort()

describe('samples in the documentation', () => {
  const samples = pages.flatMap((page) => samplesOf(page, readFileSync(join(root, page), 'utf8')))

  it.each(samples)('$page shows $file as it is', ({ file, part, code }) => {
    expect(existsSync(join(root, file)), `${file} does not exist`).toBe(true)
    expect(code).toBe(exampleText(readFileSync(join(root, file), 'utf8'), part))
  })

  it('are found wherever a page names an example', () => {
    for (const page of pages) {
      const text = readFileSync(join(root, page), 'utf8')
      expect(samplesOf(page, text), page).toHaveLength([...text.matchAll(MARKER)].length)
    }
  })

  it('stand in the README', () => {
    expect(samples.filter(({ page }) => page === 'README.md')).not.toEqual([])
  })

  it('are cut out by region, without its indentation', () => {
    const text = 'a\n  // #region read\n  b\n    c\n  // #endregion\nd\n'
    expect(exampleText(text, 'read')).toBe('b\n  c\n')
    expect(exampleText(text, 'other')).toBeNull()
  })

  it('are read with the file and the part that their marker names', () => {
    const text = 'x\n<!-- from examples/a/src/b.ts#part -->\n```ts\ncode\n```\n'
    expect(samplesOf('p', text)).toEqual([
      { page: 'p', file: 'examples/a/src/b.ts', part: 'part', code: 'code\n' },
    ])
  })
})
