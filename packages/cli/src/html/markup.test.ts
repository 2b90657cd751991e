import { describe, expect, it } from 'vitest'
import { escaped, html, trusted, visible } from './markup.js'

describe('html', () => {
  it('escapes whatever is set in, in elements and in attributes', () => {
    const evil = '"\'><script>&'
    expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(
      '<p title="&quot;&#39;&gt;&lt;script&gt;&amp;">&quot;&#39;&gt;&lt;script&gt;&amp;</p>',
    )
  })

  it('leaves markup as it is, joins lists, writes numbers, and nothing for null', () => {
    const items = ['a<', html`<b>${'c'}</b>`, trusted('<i>d</i>')]
    expect(html`<p>${items}${1.5}${null}</p>`.markup).toBe('<p>a&lt;<b>c</b><i>d</i>1.5</p>')
  })
})

describe('visible', () => {
  it('shows characters that act unseen, and keeps spaces between words', () => {
    expect(visible('a\u202eb\u0000c\u2066d\u200fe\nf')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde f')
    expect(escaped('−1 % · “ETH”')).toBe('−1 % · “ETH”')
  })
})
