/** Commands that this server runs: what actions end in where an edit alone is not enough. */
export const SERVER_COMMANDS = {
  ignore: "rowguard.server.ignore",
  mend: "rowguard.server.mend",
  openPage: "rowguard.server.openPage",
  protect: "rowguard.server.protect",
  setScope: "rowguard.server.setScope",
  setTenant: "rowguard.server.setTenant",
  show: "rowguard.server.show",
  tell: "rowguard.server.tell",
} as const;
