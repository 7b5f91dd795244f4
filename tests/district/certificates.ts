/** The district's private certificate authority and the hub's certificate, kept in the district's folder. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { generate } from 'selfsigned'

export interface Certificates {
  /** What a workstation trusts. */
  caPath: string
  caPem: string
  certPem: string
  keyPem: string
}

const yearMs = 365 * 86_400_000
const names = ['ca.pem', 'hub.pem', 'hub.key'] as const

/** Reads the folder's certificates or makes them; made anew in their last week. The authority's key is thrown away. */
export async function prepareCertificates(folder: string, clock: () => number): Promise<Certificates> {
  mkdirSync(folder, { recursive: true })
  const paths = names.map((name) => join(folder, name))
  const [caPath = '', certPath = '', keyPath = ''] = paths
  if (!paths.every((path) => existsSync(path)) || expiresSoon(certPath, clock())) {
    const { caPem, certPem, keyPem } = await make(clock())
    writeFileSync(keyPath, keyPem, { mode: 0o600 })
    writeFileSync(certPath, certPem)
    writeFileSync(caPath, caPem)
  }
  const read = (path: string) => readFileSync(path, 'utf8')
  return { caPath, caPem: read(caPath), certPem: read(certPath), keyPem: read(keyPath) }
}

function expiresSoon(certPath: string, now: number): boolean {
  return new X509Certificate(readFileSync(certPath)).validToDate.getTime() - now < 7 * 86_400_000
}

async function make(now: number): Promise<{ caPem: string; certPem: string; keyPem: string }> {
  const validity = {
    notBeforeDate: new Date(now - 86_400_000),
    notAfterDate: new Date(now + 2 * yearMs),
    keyType: 'ec' as const,
    algorithm: 'sha256',
  }
  const authority = await generate([{ name: 'commonName', value: 'Simulated District CA' }], {
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const hub = await generate([{ name: 'commonName', value: 'Simulated District Hub' }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { caPem: authority.cert, certPem: hub.cert, keyPem: hub.private }
}
