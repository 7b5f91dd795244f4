/** What a person reads of a piece: the lines burned into a copy, and the sheet beside the original. */
import type { VideoPiece } from '../../../../native/contract/video-evidence.ts'

type Translate = (key: string, named?: Record<string, unknown>) => string

/** To the millisecond, with the zone: it may be read elsewhere. */
export function timeOf(at: number): string {
  const zone = -new Date(at).getTimezoneOffset()
  const sign = zone < 0 ? '-' : '+'
  const [hours, minutes] = [Math.floor(Math.abs(zone) / 60), Math.abs(zone) % 60].map((part) =>
    String(part).padStart(2, '0'),
  )
  const local = new Date(at + zone * 60_000).toISOString().replace('T', ' ').replace('Z', '')
  return `${local} ${sign}${hours}:${minutes}`
}

function spanOf({ record: { pictures } }: VideoPiece): string {
  return pictures.from === pictures.to ? timeOf(pictures.to) : `${timeOf(pictures.from)} — ${timeOf(pictures.to)}`
}

export function watermarkOf(piece: VideoPiece, t: Translate): string[] {
  const { record, attached, hash } = piece
  const by = t('records.by', { name: record.operator.name, workstation: record.workstation })
  const caseNumber = attached?.record.caseNumber ?? t('sheet.noCase')
  return [
    `${record.camera.name} · ${record.camera.deviceCode} · ${spanOf(piece)}`,
    `${by} · ${caseNumber} · ${t('taking.sequence', { sequence: record.sequence })} · ${hash.slice(0, 16)}`,
  ]
}

export function sheetOf(piece: VideoPiece, t: Translate): string {
  const { record, attached, hash } = piece
  const { pictures, camera, file, origin } = record
  const line = (words: string, value: string) => `${t(`sheet.${words}`)}: ${value}`
  const clock =
    pictures.cameraOffsetMs === null
      ? t('sheet.noCameraClock')
      : t('sheet.cameraClock', { ms: pictures.cameraOffsetMs })
  const contents = (words: string, { name, bytes, sha256 }: typeof file) =>
    line(words, `${name} (${bytes} B)\r\n  SHA-256 ${sha256}`)
  return [
    t('sheet.title'),
    '',
    line('what', t(`records.kind.${record.kind}`)),
    line('camera', camera.name),
    line('device', camera.deviceCode),
    line('owner', t(`sheet.owners.${camera.owner}`)),
    line('place', camera.place),
    line('time', spanOf(piece)),
    clock,
    t('sheet.hubClock', { ms: record.hubOffsetMs }),
    line('operator', `${record.operator.name} (${record.operator.id})`),
    line('workstation', record.workstation),
    line('case', attached?.record.caseNumber ?? t('sheet.noCase')),
    ...(record.reason ? [line('reason', record.reason)] : []),
    line('proof', t(`taking.proof.${pictures.proof}`)),
    contents('file', file),
    ...(origin ? [contents('origin', origin)] : []),
    line('sequence', String(record.sequence)),
    line('hash', hash),
    line('previous', record.previous),
    '',
    t('sheet.how'),
    '',
  ].join('\r\n')
}
