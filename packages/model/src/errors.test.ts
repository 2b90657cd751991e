import { describe, expect, it } from 'vitest'
import * as model from './index.js'

describe('PlimsollError', () => {
  it('keeps its cause and walks to it', () => {
    const root = new TypeError('socket closed')
    const error = new model.MarkError('No mark.', { cause: root, details: 'x', docsPath: '/marks' })
    expect(error.message).toBe('No mark.\nDetails: x\nDocs: /marks')
    expect(error.walk((cause) => cause instanceof TypeError)).toBe(root)
    expect(error.walk(() => false)).toBeNull()
    expect(error.cause).toBe(root)
  })

  it('names every subclass after itself, also after minification', () => {
    for (const [name, value] of Object.entries(model)) {
      if (!name.endsWith('Error') || typeof value !== 'function') continue
      const error: unknown = Reflect.construct(value, ['what happened and what to do'])
      expect(error).toBeInstanceOf(model.PlimsollError)
      expect(error).toMatchObject({ name, shortMessage: 'what happened and what to do' })
    }
  })
})
