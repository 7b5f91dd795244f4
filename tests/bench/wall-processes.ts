/** What a program and everything that it started costs, read from Linux' /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second in /proc (USER_HZ): 100 on every architecture that Linux runs Node on. */
const ticks = 100

/** The process and all below it. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const fields = /^\d+$/.test(entry) ? statOf(`/proc/${entry}`) : null
    if (fields) parents.set(Number(entry), Number(fields[1]))
  }
  const family = [root]
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child)
  return family
}

/** Seconds of processor time, user and system, that the processes have spent. */
export function cpuSeconds(processes: readonly number[]): number {
  return processes.reduce((sum, id) => sum + secondsOf(statOf(`/proc/${id}`)), 0)
}

/** Megabytes in memory; what processes share is counted once (proportional set size). */
export function memoryMb(processes: readonly number[]): number {
  const kilobytes = processes.map((id) => /^Pss:\s+(\d+)/m.exec(textOf(`/proc/${id}/smaps_rollup`) ?? '')?.[1] ?? 0)
  return kilobytes.reduce<number>((sum, one) => sum + Number(one), 0) / 1024
}

/** Fields of `stat` from the state on; null when the process has ended. The name before them may hold anything. */
function statOf(folder: string): string[] | null {
  const text = textOf(`${folder}/stat`)
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function secondsOf(fields: string[] | null): number {
  return (Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0)) / ticks
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
