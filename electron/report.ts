/** A report file for whoever maintains the workstation: what ran, what happened, the shell's last log lines. No cases, no accounts. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface Report {
  what: string
  detail: string
  at: Date
  product: string
  versions: Readonly<Record<string, string | undefined>>
  system: string
  log: readonly string[]
}

export function reportText({ what, detail, at, product, versions, system, log }: Report): string {
  const { electron, chrome, node } = versions
  const about = { what, detail, at: at.toISOString(), product, system, electron, chrome, node }
  return `${JSON.stringify(about, null, 2)}\n\n${log.join('\n')}\n`
}

/** Returns the file's path. */
export function writeReport(folder: string, report: Report): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, `report-${report.at.toISOString().replaceAll(/[:.]/g, '-')}.txt`)
  writeFileSync(file, reportText(report), { mode: 0o600 })
  return file
}
