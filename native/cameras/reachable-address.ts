/** Corrects addresses that a camera gives of itself: behind address translation, or badly set up, it names one that leads nowhere. */
import { BlockList, isIP } from 'node:net'

type Block = readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6']

/** Never right for another machine: unspecified, loopback, link-local. */
const localBlocks: readonly Block[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
]
/** Right only inside the same private network (RFC 1918, RFC 4193). */
const privateBlocks: readonly Block[] = [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
]

/** `answered` with the host of `reached` where its own cannot be reached from here. The port stays. Null when it is no address. */
export function reachableAddress(answered: string, reached: string): string | null {
  const target = URL.parse(answered)
  const device = URL.parse(reached)
  if (!target?.hostname || !device) return null
  if (target.hostname !== device.hostname && !isRoutable(bare(target.hostname), bare(device.hostname))) {
    target.hostname = device.hostname
  }
  return target.href
}

function isRoutable(host: string, device: string): boolean {
  // A name without a domain is the camera's own idea of itself.
  if (isIP(host) === 0) return host.includes('.') && !host.endsWith('.local')
  if (blockOf(host, localBlocks)) return false
  const network = blockOf(host, privateBlocks)
  return network === null || network === blockOf(device, privateBlocks)
}

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '')

function blockOf(host: string, blocks: readonly Block[]): Block | null {
  const family = isIP(host)
  if (family === 0) return null
  return blocks.find((block) => (block[2] === 'ipv4') === (family === 4) && contains(block, host)) ?? null
}

function contains([network, prefix, family]: Block, host: string): boolean {
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(host, family)
}
