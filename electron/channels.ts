/** Names of the messages between the preload and the main process, in one place so that both agree. */
export const channels = {
  connect: 'workstation.connect',
  port: 'workstation.port',
  openWall: 'workstation.open-wall',
  displays: 'workstation.displays',
  listen: 'workstation.listen',
  link: 'workstation.link',
} as const
