import { readFile, writeFile } from 'node:fs/promises'
import { FileError } from './errors.js'

/** The text of a file. @throws FileError */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new FileError(`Cannot read ${path}: ${reason(cause)}. Check the path.`, { cause })
  }
}

/** Writes a file, in place of one that was there. @throws FileError */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (cause) {
    throw new FileError(`Cannot write ${path}: ${reason(cause)}. Check the folder.`, { cause })
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}
